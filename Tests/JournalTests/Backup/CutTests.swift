import ByteCoding
import Causality
import DataModel
import Journal
import Simulation
import Testing

/// Reading one synced state while writers go on.
@Suite struct CutTests {
    /// Reads all of a cut, with `between` called between its parts.
    private static func read(
        _ cursor: inout CutCursor, of journal: RecordJournal, pieces: Int, between: () throws -> Void = {}
    ) throws -> (records: [Record], kept: CausalContext) {
        var records: [Record] = []
        var kept = CausalContext()
        while true {
            var part = CutPart()
            let isLast = try journal.readCut(&cursor, maximumBytes: pieces, into: &part)
            var reader = ByteReader(part.records.bytes)
            for _ in 0..<part.recordCount {
                var record = ByteReader(try reader.readLengthPrefixedBytes(maximum: DataLimits.recordLength))
                records.append(try record.readRecord())
            }
            kept.formUnion(part.kept)
            if isLast { return (records, kept) }
            try between()
        }
    }

    @Test(arguments: UInt64(1)...40)
    func `a cut shows what was live when it was opened, whatever happens meanwhile`(_ seed: UInt64) throws {
        let world = try BackupWorld(seed: seed)
        try world.live(120)
        let expected = try world.syncedState()
        // What is only appended, or written without a sync, is not in it.
        try world.live(world.random.below(3))
        var state = try world.journal.openCut()
        let isUntouched = state.context == expected.context
        let pieces = 1 + world.random.below(400)
        let found = try Self.read(&state, of: world.journal, pieces: pieces) {
            try world.live(world.random.below(30))
        }
        if isUntouched {
            #expect(found.records == expected.records)
            #expect(state.floor == expected.floor)
        }
        world.journal.closeCut(state)
        world.harness.flush()
        world.harness.settle()
        #expect(world.journal.index.heldCount == 0)
    }

    @Test func `records that a reader has are only named`() throws {
        let world = try BackupWorld(seed: 3)
        for number in 1...50 { try world.harness.put("key \(number)", "first") }
        world.harness.flush()
        let since = world.journal.syncedContext
        for number in 1...10 { try world.harness.put("key \(number)", "second") }
        world.harness.flush()
        var cursor = try world.journal.openCut(since: since)
        let found = try Self.read(&cursor, of: world.journal, pieces: 100)
        world.journal.closeCut(cursor)
        #expect(found.records.count == 10)
        let peer = world.journal.identity.peer
        #expect(found.kept[peer].ranges == [11...50])
    }

    @Test func `frames of what was replaced stay until the cut is closed`() throws {
        let world = try BackupWorld(seed: 4, segmentLength: 4096)
        for number in 1...20 { try world.harness.put("key \(number)", String(repeating: "a", count: 200)) }
        world.harness.flush()
        var cursor = try world.journal.openCut()
        for _ in 1...10 {
            for number in 1...20 { try world.harness.put("key \(number)", String(repeating: "b", count: 200)) }
            world.harness.flush()
            world.journal.compact()
            world.harness.settle()
        }
        #expect(world.journal.index.heldCount == 20)
        let found = try Self.read(&cursor, of: world.journal, pieces: 1000)
        #expect(
            found.records.count == 20 && found.records.allSatisfy { $0.value.allSatisfy { $0 == UInt8(ascii: "a") } })
        world.journal.closeCut(cursor)
        world.harness.settle()
        #expect(world.journal.index.heldCount == 0 && world.journal.openCutCount == 0)
    }

    @Test func `a cut that was closed cannot be read`() throws {
        let world = try BackupWorld(seed: 5)
        try world.harness.put("key", "value")
        world.harness.flush()
        var cursor = try world.journal.openCut()
        world.journal.closeCut(cursor)
        var part = CutPart()
        #expect(throws: CutError.closed) { try world.journal.readCut(&cursor, maximumBytes: 100, into: &part) }
    }

    @Test func `cuts are bounded in number`() throws {
        let world = try BackupWorld(seed: 6)
        let cursors = try (1...4).map { _ in try world.journal.openCut() }
        #expect(throws: CutError.tooMany(limit: 4)) { try world.journal.openCut() }
        world.journal.closeCut(cursors[2])
        let another = try world.journal.openCut()
        #expect(another.context.isEmpty)
    }

    @Test func `what a node has not seen it cannot leave out`() throws {
        let world = try BackupWorld(seed: 7)
        let unknown = CausalContext([Dot(peer: PeerID(rawValue: 5), sequence: 1)])
        #expect(throws: CutError.ahead) { try world.journal.openCut(since: unknown) }
    }

    @Test func `what is held for one cut is not in one opened later`() throws {
        let world = try BackupWorld(seed: 8)
        try world.harness.put("key", "value")
        world.harness.flush()
        let first = try world.journal.openCut()
        try world.harness.delete("key")
        _ = world.journal.collectTombstones(from: 0, maximum: 10) { _ in true }
        world.harness.flush()
        _ = world.journal.collectTombstones(from: 0, maximum: 10) { _ in true }
        world.harness.flush()
        #expect(world.journal.index.heldCount == 1)
        var second = try world.journal.openCut()
        #expect(try Self.read(&second, of: world.journal, pieces: 100).records.isEmpty)
        world.journal.closeCut(first)
        world.journal.closeCut(second)
    }

    @Test func `what two cuts hold stays for the second when the first is closed`() throws {
        let world = try BackupWorld(seed: 9)
        for number in 0..<5 { try world.harness.put("key \(number)", "first") }
        world.harness.flush()
        let first = try world.journal.openCut()
        var second = try world.journal.openCut()
        for number in 0..<5 { try world.harness.put("key \(number)", "second") }
        world.harness.flush()
        world.journal.closeCut(first)
        world.harness.settle()
        #expect(world.journal.index.heldCount == 5)
        let found = try Self.read(&second, of: world.journal, pieces: 100)
        #expect(found.records.map(\.value) == Array(repeating: Array("first".utf8), count: 5))
        world.journal.closeCut(second)
        world.harness.settle()
        #expect(world.journal.index.heldCount == 0)
    }
}
