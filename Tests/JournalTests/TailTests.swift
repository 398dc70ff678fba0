import ByteCoding
import Causality
import DataModel
import Journal
import Simulation
import Testing

@Suite struct TailTests {
    /// Reads a tail to its end in small pieces, doing something between them.
    static func read(
        _ journal: RecordJournal, _ cursor: inout TailCursor, maximumBytes: Int = 200, between: () throws -> Void = {}
    ) throws -> (records: [Record], progress: TailProgress) {
        var records: [Record] = []
        for _ in 0..<10_000 {
            var writer = ByteWriter()
            let progress = try journal.readTail(&cursor, maximumBytes: maximumBytes, into: &writer)
            records += try Self.decode(writer.bytes)
            guard progress == .more else { return (records, progress) }
            try between()
        }
        return (records, .more)
    }

    static func decode(_ bytes: [UInt8]) throws -> [Record] {
        var records: [Record] = []
        var reader = ByteReader(bytes)
        while reader.remaining > 0 {
            var record = ByteReader(bytes, try reader.readRange(try reader.readCount(maximum: 1 << 20)))
            records.append(try record.readRecord())
        }
        return records
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `a tail is the live records that the reader lacks, peer by peer in sequence order`(seed: UInt64) throws {
        var random = SimulationRandom(seed: seed)
        let others = try (0..<3).map { try JournalHarness(seed: seed &* 10 &+ UInt64($0)) }
        let harness = try JournalHarness(seed: seed &* 10 &+ 7, segmentLength: 1024)
        for number in 0..<150 {
            let writer = random.below(4)
            let key = "key\(random.below(40))"
            if writer == 3 {
                try harness.put(key, "own \(number)")
            } else {
                let dot = try others[writer].put(key, "value \(number)").dot
                if random.chance(0.9) { try harness.receive(try others[writer].encoded(dot)) }
            }
            if random.chance(0.2) { harness.flush() }
        }
        harness.flush()
        let done = CausalContext(harness.journal.context.dots.filter { _ in random.chance(0.5) })
        var cursor = harness.journal.tailCursor(after: done)
        let result = try Self.read(harness.journal, &cursor)
        #expect(result.progress == .finished(harness.journal.syncedContext))
        #expect(result.records == (try harness.state().records.filter { !done.contains($0.dot) }))
        #expect(cursor.visited == result.records.count)

        // The cursor goes on where it was.
        let dot = try harness.put("later", "1").dot
        harness.flush()
        #expect(try Self.read(harness.journal, &cursor).records.map(\.dot) == [dot])
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `who receives a tail holds what the sender had, though it was written to meanwhile`(seed: UInt64) throws {
        var random = SimulationRandom(seed: seed)
        let sender = try JournalHarness(seed: seed, segmentLength: 2048)
        let receiver = try JournalHarness(seed: seed &+ 1000)
        let keys = (0..<12).map { "key\($0)" }
        for number in 0..<60 { try sender.put(keys[random.below(12)], "old \(number)") }
        sender.flush()
        var writes = 0
        var cursor = sender.journal.tailCursor(after: receiver.journal.syncedContext)
        let result = try Self.read(sender.journal, &cursor, maximumBytes: 80) {
            guard writes < 40 else { return }
            writes += 1
            if random.chance(0.3) {
                try sender.delete(keys[random.below(12)])
            } else {
                try sender.put(keys[random.below(12)], "new \(writes)")
            }
            if random.chance(0.4) { sender.flush() }
        }
        guard case .finished(let context) = result.progress else {
            Issue.record("never finished")
            return
        }
        for record in result.records {
            var writer = ByteWriter()
            writer.write(record)
            try receiver.receive(writer.bytes)
        }
        try receiver.join(context)
        // What the sender has not synced is lost, as by a crash; then both are equal.
        sender.disk.crash()
        try sender.reopen()
        let synced = try sender.state()
        if synced.context == context { #expect(try receiver.state().records == synced.records) }
        #expect(synced.context.isSuperset(of: context))
    }

    @Test func `a record replaced only by something unsynced is still sent`() throws {
        let harness = try JournalHarness()
        let first = try harness.put("a", "1").dot
        harness.flush()
        let second = try harness.put("a", "2").dot
        var cursor = harness.journal.tailCursor(after: CausalContext())
        let early = try Self.read(harness.journal, &cursor)
        #expect(early.records.map(\.dot) == [first])
        #expect(early.progress == .finished(CausalContext([first])))
        harness.flush(sync: false)
        cursor = harness.journal.tailCursor(after: CausalContext())
        #expect(try Self.read(harness.journal, &cursor).records.map(\.dot) == [first])
        harness.flush()
        cursor = harness.journal.tailCursor(after: CausalContext())
        let late = try Self.read(harness.journal, &cursor)
        #expect(late.records.map(\.dot) == [second])
        #expect(late.progress == .finished(CausalContext([first, second])))
        #expect(harness.journal.index.retiredCount == 0)
    }

    @Test func `the records of a batch come together`() throws {
        let harness = try JournalHarness(segmentLength: 1 << 16)
        try harness.put("before", "x")
        let bytes = 20 * RecordJournal.recordBytes(keyLength: 8, valueLength: 100)
        try harness.makeRoom(bytes)
        try harness.journal.beginGroup(byteCount: bytes)
        for number in 0..<20 {
            try harness.write(
                "batch\(number)", [UInt8](repeating: 1, count: 100), continuesBatch: number < 19)
        }
        harness.journal.endGroup()
        try harness.put("after", "x")
        // A member that is not live any more does not part the others.
        try harness.put("batch7", "y")
        harness.flush()
        var cursor = harness.journal.tailCursor(after: CausalContext())
        var pieces: [[UInt64]] = []
        var progress = TailProgress.more
        while progress == .more {
            var writer = ByteWriter()
            progress = try harness.journal.readTail(&cursor, maximumBytes: 300, into: &writer)
            pieces.append(try Self.decode(writer.bytes).map(\.dot.sequence))
        }
        let batch = try #require(pieces.first { $0.contains(2) })
        #expect(Set(batch).isSuperset(of: Set(2...21).subtracting([9])))
        #expect(pieces.flatMap { $0 } == Array(1...8) + Array(10...23))
    }

    @Test func `a snapshot is everything, and says so if the floor moved`() throws {
        let harness = try JournalHarness()
        for number in 0..<10 { try harness.put("key\(number)", "\(number)") }
        harness.flush()
        var cursor = harness.journal.tailCursor(after: harness.journal.syncedContext, isSnapshot: true)
        #expect(try Self.read(harness.journal, &cursor).records.count == 10)
        cursor = harness.journal.tailCursor(after: CausalContext(), isSnapshot: true)
        var floor = VersionVector()
        floor.raise(PeerID(rawValue: 5), to: 3)
        try harness.join(CausalContext(floor), floor: floor)
        harness.flush()
        #expect(try Self.read(harness.journal, &cursor).progress == .floorMoved)
    }

    @Test func `a record larger than is asked for comes alone`() throws {
        let harness = try JournalHarness(segmentLength: 1 << 20)
        try harness.put("a", "1")
        try harness.write("b", [UInt8](repeating: 3, count: 400_000))
        try harness.put("c", "1")
        harness.flush()
        var cursor = harness.journal.tailCursor(after: CausalContext())
        var writer = ByteWriter()
        #expect(try harness.journal.readTail(&cursor, maximumBytes: 1000, into: &writer) == .more)
        #expect(try Self.decode(writer.bytes).map(\.dot.sequence) == [1])
        writer = ByteWriter()
        #expect(try harness.journal.readTail(&cursor, maximumBytes: 1000, into: &writer) == .more)
        #expect(try Self.decode(writer.bytes).map(\.value.count) == [400_000])
        #expect(try Self.read(harness.journal, &cursor).records.map(\.dot.sequence) == [3])
    }

    @Test(arguments: [512, 65536])
    func `a damaged record is an error, and is not streamed`(readAhead: Int) throws {
        let harness = try JournalHarness()
        harness.configuration.readAhead = readAhead
        let dot = try harness.put("a", String(repeating: "x", count: 600)).dot
        harness.flush()
        try harness.journal.close()
        try harness.reopen()
        let record = try #require(harness.journal.index.find(dot)).record
        harness.disk.flipBit("data/log/00000001.seg", at: Int(record.lsn) + 200, bit: 1)
        var cursor = harness.journal.tailCursor(after: CausalContext())
        #expect(throws: JournalError.self) { try Self.read(harness.journal, &cursor) }
    }
}
