import DataModel
import Journal
import Platform
import Simulation
import Testing

/// One operation of the disk fails while a damaged log is put aside, read and taken back, each in turn: of what is
/// intact nothing is lost by that.
struct HealingFaultTests {
    private static let path = JournalHarness.directory + "/log/00000001.seg"

    /// A log of several segments with one flipped bit in the first.
    private static func victim() throws -> DirectoryImage {
        let harness = try JournalHarness(seed: 5, segmentLength: 1024)
        for number in 0..<24 {
            try harness.put("key\(number % 9)", "value \(number)")
            if number % 3 == 2 { harness.flush() }
        }
        harness.flush()
        harness.disk.killProcess()
        harness.disk.flipBit(Self.path, at: 150, bit: 2)
        return harness.disk.snapshotImage(of: JournalHarness.directory)
    }

    private static func open(_ files: FaultyFileSystem) throws -> RecordJournal {
        var configuration = JournalConfiguration(cluster: "test", segmentLength: 1024)
        configuration.healsDamage = true
        var random = SimulationRandom(seed: 3)
        return try RecordJournal.open(
            at: JournalHarness.directory, files: files, configuration: configuration, random: { random.next() })
    }

    /// Takes back what is intact, as a driver does: it asks again whatever was refused. Returns false if the log has
    /// failed, so that the process is to be ended.
    private static func restore(_ journal: RecordJournal, _ files: FaultyFileSystem) throws -> Bool {
        for _ in 0..<500 {
            let step = try? journal.restoreMore(3)
            let jobs = [
                journal.takeAnotherAttempt(), journal.takeBackgroundJob(), journal.takeFlush(sync: true),
            ]
            for job in jobs.compactMap(\.self) { files.submit(job) }
            for completion in files.takeCompletions() { journal.stored(completion.id, completion.result) }
            if journal.hasFailed { return false }
            guard step == .finished, journal.syncedLSN == journal.appendedLSN else { continue }
            if (try? journal.endHealing()) != nil { return true }
        }
        Issue.record("the healing does not end")
        return true
    }

    /// Heals the victim with that fault; returns what is there in the end.
    private static func heal(_ image: DirectoryImage, _ files: FaultyFileSystem, _ disk: SimulatedFileSystem) throws
        -> [String: String]
    {
        disk.restoreImage(image, to: JournalHarness.directory, isMachine: true)
        for _ in 0..<4 {
            guard let journal = try? Self.open(files) else {
                #expect(files.openFileCount == 0)
                disk.killProcess()
                continue
            }
            guard try !journal.isHealing || Self.restore(journal, files) else {
                try? journal.close()
                continue
            }
            var found: [String: String] = [:]
            for record in try ((try? StoreState(journal)) ?? StoreState(journal)).records {
                found[String(decoding: record.key, as: UTF8.self)] = String(decoding: record.value, as: UTF8.self)
            }
            try? journal.close()
            #expect(files.openFileCount == 0 && files.strayCloses == 0)
            return found
        }
        Issue.record("it does not open")
        return [:]
    }

    @Test(arguments: FaultyFileSystem.Fault.allCases)
    func `a disk that fails once while a log is healed costs none of what is intact`(
        fault: FaultyFileSystem.Fault
    ) throws {
        let image = try Self.victim()
        let calm = SimulatedFileSystem(seed: 4)
        let counted = FaultyFileSystem(calm, fault)
        let expected = try Self.heal(image, counted, calm)
        #expect(expected.count >= 8 && counted.operations > 40)
        for place in 1...counted.operations {
            let disk = SimulatedFileSystem(seed: 4)
            let files = FaultyFileSystem(disk, fault, at: place)
            let found = try Self.heal(image, files, disk)
            let words = "\(fault) at \(place): \(String(describing: files.struck))"
            #expect(found == expected, "\(words)")
        }
    }
}
