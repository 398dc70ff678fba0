import Journal
import Simulation
import Testing

/// One operation of the disk fails, each in turn: nothing acknowledged is lost, somebody is told in clear words, and
/// all goes on by itself, but for a log whose sync has failed.
struct SingleFaultTests {
    /// How many operations there are when none fails.
    private static func count(_ fault: FaultyFileSystem.Fault) throws -> Int {
        var story = FaultStory(fault, at: nil)
        try story.run()
        #expect(story.errors.isEmpty && story.restarts == 0)
        return story.files.operations
    }

    @Test(arguments: FaultyFileSystem.Fault.allCases, [false, true])
    func `whatever operation fails, nothing acknowledged is lost and all goes on`(
        fault: FaultyFileSystem.Fault, losesPower: Bool
    ) throws {
        let count = try Self.count(fault)
        #expect(count > 100)
        var (told, failures) = (0, 0)
        for place in 1...count {
            var story = FaultStory(fault, at: place, losesPower: losesPower)
            try story.run()
            #expect(story.files.struck != nil, "operation \(place) of \(count)")
            #expect(story.failures <= 1 && story.restarts <= 1)
            if !story.errors.isEmpty { told += 1 }
            failures += story.failures
        }
        #expect(told > count / 10 && failures > 5 && failures < count / 4)
    }
}
