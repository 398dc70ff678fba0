import Causality
import DataModel
import Journal
import Platform
import Simulation
import Testing

/// One bit flipped at each byte of a small log in turn: it is found, or it does no harm; and what is intact is kept.
struct SalvageTests {
    private static let log = JournalHarness.directory + "/log"

    /// A log of several segments, one of them compacted, and an index snapshot; closed by a kill.
    private struct Victim {
        let image: DirectoryImage
        let state: StoreState
        /// Every value that was ever written, by its key.
        let values: [String: Set<String>]
        /// The files, and how many bytes of each are used.
        let files: [(path: String, used: Int)]

        init() throws {
            let harness = try JournalHarness(seed: 5, segmentLength: 1024)
            harness.configuration.snapshots.atEnd = 1
            try harness.journal.close()
            try harness.reopen()
            var values: [String: Set<String>] = [:]
            for number in 0..<30 {
                let (key, value) = ("key\(number % 8)", "value \(number)")
                if number == 20 { try harness.delete("key1") }
                try harness.put(key, value)
                values[key, default: []].insert(value)
                if number % 3 == 2 { harness.flush() }
            }
            harness.flush()
            harness.journal.compact()
            harness.settle()
            harness.journal.endSnapshots()
            harness.settle()
            try harness.put("last", "value")
            values["last"] = ["value"]
            harness.flush()
            try harness.put("very last", "value")
            values["very last"] = ["value"]
            harness.flush()
            self.values = values
            self.state = try harness.state()
            harness.disk.killProcess()
            self.image = harness.disk.snapshotImage(of: JournalHarness.directory)
            self.files = harness.disk.filePaths(under: JournalHarness.directory)
                .map { ($0, harness.disk.usedLength(of: $0)) }
        }

        /// A disk with the victim on it, and one bit of it flipped.
        func disk(_ path: String, _ offset: Int, keepsSnapshot: Bool = false) -> SimulatedFileSystem {
            let disk = SimulatedFileSystem(seed: 9)
            disk.restoreImage(self.image, to: JournalHarness.directory, isMachine: true)
            // What lies before the start of a snapshot is looked at only when it is read.
            if !keepsSnapshot { disk.wipe(JournalHarness.directory + "/index") }
            disk.flipBit(path, at: offset, bit: offset % 8)
            return disk
        }
    }

    private static func open(_ disk: SimulatedFileSystem, heals: Bool) throws -> RecordJournal {
        var configuration = JournalConfiguration(cluster: "test", segmentLength: 1024)
        configuration.healsDamage = heals
        var random = SimulationRandom(seed: 3)
        return try RecordJournal.open(
            at: JournalHarness.directory, files: disk, configuration: configuration, random: { random.next() })
    }

    /// Takes back what is intact, as a node does that has heard its peers, who know nothing.
    private static func restore(
        _ journal: RecordJournal, _ disk: SimulatedFileSystem, beforeEnd: () -> Void = {}
    ) throws {
        while true {
            let step = try journal.restoreMore(3)
            if let job = journal.takeBackgroundJob() { disk.submit(job) }
            if let job = journal.takeFlush(sync: true) { disk.submit(job) }
            disk.runJobs()
            for completion in disk.takeCompletions() { journal.stored(completion.id, completion.result) }
            if step == .finished, journal.syncedLSN == journal.appendedLSN { break }
        }
        beforeEnd()
        try journal.endHealing()
    }

    /// Reads everything live; a value that cannot be read is an error, and none is wrong.
    @discardableResult
    private static func expectNothingWrong(_ journal: RecordJournal, _ victim: Victim, _ words: String) -> Int {
        var readable = 0
        journal.index.forEachSlot { slot in
            let key = String(decoding: journal.index.key(of: slot), as: UTF8.self)
            for record in journal.index.records(of: slot) where record.operation == .put {
                guard let found = try? journal.readRecord(record) else { continue }
                readable += 1
                let value = String(decoding: found.value, as: UTF8.self)
                #expect(victim.values[key]?.contains(value) == true, "\(words): \(key) is \(value)")
            }
            return true
        }
        return readable
    }

    @Test func `a flipped bit is detected, or harmless, wherever it is`() throws {
        let victim = try Victim()
        try #require(victim.files.count { $0.path.hasSuffix(".seg") } >= 2)
        try #require(victim.files.contains { $0.path.hasSuffix(".idx") })
        var (refused, harmless, noticed) = (0, 0, 0)
        for (path, used) in victim.files {
            for offset in 0..<used {
                let disk = victim.disk(path, offset, keepsSnapshot: offset % 2 == 0 || path.hasSuffix(".idx"))
                let words = "\(path) at byte \(offset)"
                let report = try? DirectoryInspection.run(JournalHarness.directory, files: disk)
                do {
                    let journal = try Self.open(disk, heals: false)
                    let readable = Self.expectNothingWrong(journal, victim, words)
                    let isWhole = try StoreState(journal) == victim.state
                    // What is less was cut off the end, which is told, and costs the name.
                    if !isWhole {
                        #expect(journal.opening.cutBytes > 0 && journal.opening.minted == .torn, "\(words)")
                        #expect(readable >= victim.values.count - 1, "\(words)")
                    }
                    harmless += 1
                } catch let error as JournalError {
                    refused += 1
                    #expect("\(error)".contains(JournalHarness.directory), "\(words)")
                    #expect(report?.isIntact != true, "\(words): \(error)")
                }
                if report?.isIntact == false { noticed += 1 }
            }
        }
        #expect(refused > 500 && harmless > 100 && noticed >= refused)
    }

    @Test func `a log that is healed has lost no more than what was hit`() throws {
        let victim = try Victim()
        for (path, used) in victim.files where path.hasSuffix(".seg") {
            for offset in stride(from: 0, to: used, by: 3) {
                let disk = victim.disk(path, offset)
                let words = "\(path) at byte \(offset)"
                let journal = try Self.open(disk, heals: true)
                let isHealing = journal.isHealing
                if isHealing {
                    #expect(journal.opening.minted == .damaged && journal.context.isEmpty, "\(words)")
                    try Self.restore(journal, disk)
                }
                let readable = Self.expectNothingWrong(journal, victim, words)
                #expect(readable >= victim.values.count - 1, "\(words): \(readable) of \(victim.values.count)")
                let state = try StoreState(journal)
                try journal.close()
                let reopened = try Self.open(disk, heals: false)
                #expect(try StoreState(reopened) == state, "\(words)")
                #expect(!reopened.isHealing && reopened.opening.minted == nil, "\(words)")
                try reopened.close()
                #expect(try DirectoryInspection.run(JournalHarness.directory, files: disk).isIntact, "\(words)")
            }
        }
    }

    @Test func `a power cut at any change of the end of healing loses nothing`() throws {
        // Seed 49 of profile beyond: of what was put aside the segments had gone, and a mark was left that had the new
        // log removed.
        let victim = try Victim()
        let path = try #require(victim.files.first { $0.path.hasSuffix(".seg") }).path
        var (fuse, isOver) = (0, false)
        while !isOver {
            let disk = victim.disk(path, 100)
            let fused = FusedFileSystem(disk, dyingAt: fuse == 0 ? nil : fuse)
            var configuration = JournalConfiguration(cluster: "test", segmentLength: 1024)
            configuration.healsDamage = true
            var random = SimulationRandom(seed: 3)
            let journal = try RecordJournal.open(
                at: JournalHarness.directory, files: fused, configuration: configuration, random: { random.next() })
            if fuse == 0 {
                // How many changes come before those that are looked at.
                try Self.restore(journal, disk) { fuse = fused.changes + 1 }
                continue
            }
            isOver = (try? Self.restore(journal, disk)) != nil
            disk.crash()
            let reopened = try Self.open(disk, heals: true)
            if reopened.isHealing { try Self.restore(reopened, disk) }
            let readable = Self.expectNothingWrong(reopened, victim, "change \(fuse)")
            #expect(readable >= victim.values.count - 1, "change \(fuse)")
            fuse += 1
        }
    }

    @Test func `a power cut at any change of putting a log aside loses nothing of it`() throws {
        let victim = try Victim()
        let path = try #require(victim.files.first { $0.path.hasSuffix(".seg") }).path
        var fuse = 1
        var isOver = false
        while !isOver {
            let disk = victim.disk(path, 100)
            let fused = FusedFileSystem(disk, dyingAt: fuse)
            var configuration = JournalConfiguration(cluster: "test", segmentLength: 1024)
            configuration.healsDamage = true
            var random = SimulationRandom(seed: 3)
            let first = try? RecordJournal.open(
                at: JournalHarness.directory, files: fused, configuration: configuration, random: { random.next() })
            isOver = first != nil
            disk.crash()
            let journal = try Self.open(disk, heals: true)
            #expect(journal.isHealing, "change \(fuse)")
            try Self.restore(journal, disk)
            let readable = Self.expectNothingWrong(journal, victim, "change \(fuse)")
            #expect(readable >= victim.values.count - 1, "change \(fuse)")
            fuse += 1
        }
        #expect(fuse > 8)
    }
}
