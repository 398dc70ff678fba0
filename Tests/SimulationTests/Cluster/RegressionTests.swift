import Simulation
import Testing

/// Seeds that once found a bug, each with its story.
struct RegressionTests {
    /// One seed and what it found.
    struct Story: Sendable, CustomTestStringConvertible {
        var seed: UInt64
        var profile: SimulationProfile
        var text: String

        var testDescription: String { "seed \(self.seed): \(self.text)" }
    }

    static let stories = [
        Story(
            seed: 26, profile: .standard,
            text: "a record still being written was replaced and not kept for the tail: its dot went out without it"),
        Story(
            seed: 161, profile: .standard,
            text: "a process killed between naming a segment and syncing the name; the next one trusted the name, and "
                + "a power cut took the whole segment"),
        Story(
            seed: 12, profile: .standard,
            text: "after a failed sync, or while one was under way, an interval that had passed kept the thread turning"
        ),
    ]

    @Test(arguments: RegressionTests.stories)
    func `what was once found stays away`(story: Story) {
        let result = SimulationProgram.run(seed: story.seed, options: SimulationOptions(story.profile))
        #expect(result.violation == nil, "\(result.violation?.description ?? "")")
        #expect(result.events < 200_000)
    }
}
