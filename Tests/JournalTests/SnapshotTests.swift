import Causality
import DataModel
import Journal
import Platform
import Simulation
import Testing

@Suite struct SnapshotTests {
    private static let index = JournalHarness.directory + "/index"

    private static func harness(seed: UInt64 = 1, every: Int = 1500, segmentLength: Int = 1024) throws -> JournalHarness
    {
        let harness = try JournalHarness(seed: seed, segmentLength: segmentLength)
        harness.configuration.compaction.moves = 2
        harness.configuration.compaction.copyLeast = 200
        harness.configuration.compaction.writeLength = 100
        harness.configuration.snapshots.every = every
        harness.configuration.snapshots.atEnd = 1
        harness.configuration.snapshots.keys = 3
        try harness.journal.close()
        try harness.reopen()
        return harness
    }

    /// A journal whose newest index snapshot was written while writes and compactions went on.
    private static func eventful(seed: UInt64) throws -> JournalHarness {
        var random = SimulationRandom(seed: seed)
        var history = try LogRecoveryTests.History(seed: seed, harness: try Self.harness(seed: seed))
        let harness = history.harness
        for number in 0..<120 {
            try history.act(&random)
            if number % 4 == 0 { try harness.put("key\(number)", "value \(number)") }
            if random.chance(0.4) { harness.flush() }
            for _ in 0..<random.below(3) {
                harness.tick()
                harness.disk.runStep()
            }
            for completion in harness.disk.takeCompletions() {
                harness.journal.stored(completion.id, completion.result)
            }
        }
        harness.flush()
        harness.settle()
        return harness
    }

    private static func path(_ harness: JournalHarness) throws -> String {
        let names = try harness.disk.list(Self.index).filter { $0.hasSuffix(".idx") }
        return Self.index + "/" + (try #require(names.last))
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func `opening from a snapshot finds what reading the whole log finds`(seed: UInt64) throws {
        let harness = try Self.eventful(seed: seed)
        #expect(harness.journal.snapshotCount > 0)
        let state = try harness.state()
        let own = harness.journal.syncedOwn
        harness.disk.crash()
        let image = harness.disk.snapshotImage(of: JournalHarness.directory)
        try harness.reopen()
        #expect(harness.journal.opening.snapshotLSN != nil)
        #expect(try harness.state() == state)
        #expect(harness.journal.syncedOwn == own)
        let live = harness.journal.liveHash
        let bytes = harness.journal.liveBytes
        let latest = harness.journal.latestTimestamp
        try Self.compare(harness)
        harness.disk.killProcess()
        harness.disk.restoreImage(image, to: JournalHarness.directory, isMachine: true)
        harness.disk.wipe(Self.index)
        try harness.reopen()
        #expect(harness.journal.opening.snapshotLSN == nil)
        #expect(harness.journal.opening.snapshots.isMissing)
        #expect(try harness.state() == state)
        #expect(harness.journal.liveHash == live)
        #expect(harness.journal.liveBytes == bytes)
        #expect(harness.journal.latestTimestamp <= latest)
        #expect(harness.journal.syncedOwn == own)
    }

    /// Every record is found by its dot and by its key.
    private static func compare(_ harness: JournalHarness) throws {
        let index = harness.journal.index
        for record in try harness.state().records {
            let found = try #require(index.find(record.dot))
            #expect(index.key(of: found.slot) == record.key)
            #expect(index.find(record.key.span) == found.slot)
        }
        var keys: [[UInt8]] = []
        index.forEachSlot { slot in
            keys.append(index.key(of: slot))
            return true
        }
        #expect(keys == keys.sorted { $0.lexicographicallyPrecedes($1) })
    }

    @Test func `after an orderly end hardly anything is replayed`() throws {
        let harness = try Self.harness(every: 1 << 30, segmentLength: 4096)
        for number in 0..<300 { try harness.put("key\(number)", "value \(number)") }
        harness.flush()
        harness.settle()
        #expect(harness.journal.snapshotCount == 0)
        harness.journal.endSnapshots()
        #expect(harness.journal.isSnapshotting)
        harness.settle()
        #expect(!harness.journal.isSnapshotting)
        let state = try harness.state()
        try harness.journal.close()
        try harness.reopen()
        #expect(harness.journal.opening.snapshotLSN != nil)
        #expect(harness.journal.opening.records == 0)
        #expect(try harness.state() == state)
        // The next one takes its place.
        try harness.put("more", "value")
        harness.flush()
        harness.journal.endSnapshots()
        harness.settle()
        #expect(try harness.disk.list(Self.index).count == 1)
    }

    @Test func `a snapshot with any byte changed, or cut anywhere, costs time and no data`() throws {
        let harness = try Self.eventful(seed: 3)
        let state = try harness.state()
        let path = try Self.path(harness)
        harness.disk.killProcess()
        let image = harness.disk.snapshotImage(of: JournalHarness.directory)
        let length = try #require(harness.disk.contents(of: path)).count
        var used = 0
        var random = SimulationRandom(seed: 4)
        for offset in 0..<length {
            let disk = SimulatedFileSystem(seed: 9)
            disk.restoreImage(image, to: JournalHarness.directory, isMachine: true)
            if offset % 3 == 0 {
                let file = try disk.open(path, .readWrite)
                try disk.truncate(file, to: UInt64(offset))
                disk.close(file)
            } else {
                disk.flipBit(path, at: offset, bit: random.below(8))
            }
            let opened = try JournalHarness(seed: 9, disk: disk)
            #expect(try opened.state() == state, "byte \(offset)")
            let isUsed = opened.journal.opening.snapshotLSN != nil
            #expect(opened.journal.opening.snapshots.unusable == (isUsed ? 0 : 1), "byte \(offset)")
            if isUsed { used += 1 }
        }
        // Only the few zeros in the header that mean nothing may be changed.
        #expect(used <= 8)
    }

    @Test func `a snapshot of what the log has lost is not used`() throws {
        let harness = try Self.harness(every: 400)
        for number in 0..<10 { try harness.put("key\(number)", "value") }
        harness.flush()
        harness.settle()
        let old = harness.disk.snapshotImage(of: JournalHarness.directory)
        let state = try harness.state()
        for number in 0..<40 { try harness.put("later\(number)", "value") }
        harness.flush()
        harness.settle()
        let path = try Self.path(harness)
        let bytes = try #require(harness.disk.contents(of: path))
        harness.disk.killProcess()
        harness.disk.restoreImage(old, to: JournalHarness.directory, isMachine: true)
        if !harness.disk.exists(Self.index) { try harness.disk.createDirectory(Self.index) }
        let file = try harness.disk.open(path, .create)
        try harness.disk.write(bytes.span, to: file, at: 0)
        harness.disk.close(file)
        try harness.reopen()
        #expect(try harness.state() == state)
        #expect(!harness.disk.exists(path))
    }

    /// It knows what had died by the time it was finished, and not what had ended it.
    @Test func `a snapshot that tells of more than its log is not used where it begins`() throws {
        let harness = try Self.harness(every: 1 << 30, segmentLength: 65_536)
        for number in 0..<10 { try harness.put("key\(number)", "value") }
        harness.flush()
        harness.settle()
        let state = try harness.state()
        let end = Int(harness.journal.appendedLSN)
        harness.journal.endSnapshots()
        harness.tick()
        try #require(harness.journal.isSnapshotting && harness.journal.snapshotCount == 0)
        for number in 0..<10 { try harness.put("key\(number)", "replaced") }
        harness.flush()
        for _ in 0..<100 where harness.journal.snapshotCount == 0 {
            harness.tick()
            harness.runJobs()
        }
        try #require(harness.journal.snapshotCount == 1)
        let segment = JournalHarness.directory + "/log/00000001.seg"
        let used = harness.disk.usedLength(of: segment)
        harness.disk.killProcess()
        try harness.disk.overwrite(segment, from: end, with: [UInt8](repeating: 0, count: used - end))
        try harness.reopen()
        #expect(harness.journal.opening.minted == nil)
        #expect(harness.journal.opening.snapshots.unusable == 1)
        #expect(try harness.state() == state)
    }

    /// A compaction leaves out what has died by then, and the frame that ended it lies behind the compacted segment.
    /// Seed 206 of `short`: of a log that had lost its end an older index snapshot knew nothing, and a live record
    /// was missing.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `a log that has lost its end says the same with and without a snapshot`(seed: UInt64) throws {
        let harness = try Self.eventful(seed: seed)
        for number in 0..<10 { try harness.put("key\(number * 4)", "again") }
        harness.flush()
        harness.journal.compact()
        harness.settle()
        harness.disk.killProcess()
        let image = harness.disk.snapshotImage(of: JournalHarness.directory)
        let segment = try #require(
            harness.disk.filePaths(under: JournalHarness.directory).last { $0.hasSuffix(".seg") })
        let used = harness.disk.usedLength(of: segment)
        var refusals = 0
        for end in stride(from: 64, to: used, by: 23) {
            let zeros = [UInt8](repeating: 0, count: used - end)
            var found: [StoreState?] = []
            for keepsSnapshots in [true, false] {
                let disk = SimulatedFileSystem(seed: 9)
                disk.restoreImage(image, to: JournalHarness.directory, isMachine: true)
                try disk.overwrite(segment, from: end, with: zeros)
                if !keepsSnapshots { disk.wipe(Self.index) }
                found.append(try? JournalHarness(seed: 9, disk: disk).state())
            }
            #expect(found[0] == found[1], "cut at byte \(end)")
            if found[0] == nil { refusals += 1 }
        }
        #expect(refusals > 0)
    }

    @Test func `a snapshot gets its name once the log is synced as far as it says`() throws {
        let harness = try Self.harness(every: 1 << 30, segmentLength: 65_536)
        for number in 0..<10 { try harness.put("key\(number)", "value") }
        harness.flush(sync: false)
        harness.journal.endSnapshots()
        harness.settle()
        #expect(harness.journal.isSnapshotting && harness.journal.wantsSync)
        #expect(try harness.disk.list(Self.index).allSatisfy { !$0.hasSuffix(".idx") })
        harness.flush()
        harness.settle()
        #expect(harness.journal.snapshotCount == 1)
    }

    @Test func `a chunk of another snapshot is not taken for one of this`() throws {
        let harness = try Self.harness(every: 1 << 30, segmentLength: 65536)
        // Positions that take as many bytes as later ones.
        for number in 0..<5 { try harness.put("filler", "\(number)") }
        for number in 0..<20 { try harness.put("key\(number)", "value") }
        harness.flush()
        harness.journal.endSnapshots()
        harness.settle()
        let old = try #require(harness.disk.contents(of: try Self.path(harness)))
        try harness.journal.close()
        try harness.reopen()
        for number in 0..<20 { try harness.put("key\(number)", "other") }
        harness.flush()
        harness.journal.endSnapshots()
        harness.settle()
        let state = try harness.state()
        let path = try Self.path(harness)
        let new = try #require(harness.disk.contents(of: path))
        let count = Int(old[80]) | Int(old[81]) << 8
        try #require(old[80..<84] == new[80..<84] && old[80...] != new[80...])
        try harness.journal.close()
        try harness.disk.overwrite(path, from: 80, with: Array(old[80..<88 + count]))
        try harness.reopen()
        #expect(harness.journal.opening.snapshotLSN == nil)
        #expect(try harness.state() == state)
    }

    /// Of one whose log looks the same from afar: the records are as many, and as long.
    @Test func `a snapshot of another peer is not used`() throws {
        let (harness, other) = (try Self.harness(every: 1 << 30), try Self.harness(seed: 2, every: 1 << 30))
        for number in 0..<200 {
            try harness.put("key\(number)", "value of some length")
            try other.put("key\(number)", "values differ at all")
        }
        harness.flush()
        other.flush()
        try #require(harness.journal.appendedLSN == other.journal.appendedLSN)
        other.journal.endSnapshots()
        other.settle()
        let path = try Self.path(other)
        let bytes = try #require(other.disk.contents(of: path))
        let state = try harness.state()
        harness.disk.killProcess()
        try harness.disk.createDirectory(Self.index)
        let file = try harness.disk.open(path, .create)
        try harness.disk.write(bytes.span, to: file, at: 0)
        harness.disk.close(file)
        try harness.reopen()
        #expect(harness.journal.opening.snapshotLSN == nil)
        #expect(try harness.state() == state)
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func `after a power cut at every step of a snapshot the log opens and says the same`(seed: UInt64) throws {
        var cut = 0
        while true {
            let harness = try Self.eventful(seed: seed)
            try harness.put("one", "more")
            harness.flush()
            let state = try harness.state()
            harness.journal.endSnapshots()
            var steps = 0
            while steps < cut, harness.tick() || harness.disk.hasJobs {
                if harness.disk.runStep() { steps += 1 }
                for completion in harness.disk.takeCompletions() {
                    harness.journal.stored(completion.id, completion.result)
                }
            }
            harness.tick()
            let isOver = steps < cut
            harness.disk.crash()
            try harness.reopen()
            #expect(try harness.state() == state, "cut at step \(cut)")
            if isOver { break }
            cut += 1
        }
        #expect(cut > 4)
    }

    @Test(arguments: ["write", "sync"])
    func `a snapshot that cannot be written is given up, and written later`(fault: String) throws {
        let harness = try Self.harness(every: 3000)
        for number in 0..<60 { try harness.put("key\(number)", "value of some length") }
        harness.flush()
        if fault == "write" { harness.disk.failNextWrite() } else { harness.disk.failNextSync() }
        harness.settle()
        harness.disk.mend()
        #expect(harness.journal.failure == nil)
        #expect(harness.journal.upkeepCounters.snapshotsFailed == 1)
        for number in 0..<200 { try harness.put("key\(number)", "another value") }
        harness.flush()
        harness.settle()
        #expect(harness.journal.snapshotCount > 0)
        let state = try harness.state()
        harness.disk.crash()
        try harness.reopen()
        #expect(harness.journal.opening.snapshotLSN != nil)
        #expect(try harness.state() == state)
    }
}
