import ByteCoding
import Causality
import DataModel
import Journal
import Simulation
import Testing

/// Records that end without a live record that covers all they covered.
@Suite struct EndingTests {
    static let a = PeerID(rawValue: 0xA)
    static let b = PeerID(rawValue: 0xB)
    static let c = PeerID(rawValue: 0xC)

    static func encoded(_ dot: Dot, _ operation: Operation, replacing dots: [Dot]) -> [UInt8] {
        let record = Record(
            dot: dot, clock: 0, timestamp: HybridTimestamp(rawValue: 1), operation: operation, key: [1],
            value: operation == .delete ? [] : [UInt8(dot.peer.rawValue)], context: CausalContext(dots))
        var writer = ByteWriter()
        writer.write(record)
        return writer.bytes
    }

    @Test func `a tombstone dropped by one who had not seen all it covered raises the floor`() throws {
        let harness = try JournalHarness()
        let deleted = Dot(peer: Self.a, sequence: 1)
        let tombstone = Dot(peer: Self.b, sequence: 1)
        let later = Dot(peer: Self.c, sequence: 1)
        try harness.receive(Self.encoded(tombstone, .delete, replacing: [deleted]))
        try harness.receive(Self.encoded(later, .put, replacing: [tombstone]))
        #expect(harness.journal.floor[Self.b] == 1)
        #expect(try harness.state().records.map(\.dot) == [later])
        // What the tombstone covered may still come, and is then live here.
        try harness.receive(Self.encoded(deleted, .put, replacing: []))
        let state = try harness.state()
        #expect(state.records.map(\.dot) == [deleted, later])
        harness.flush()
        #expect(harness.journal.syncedFloor == state.floor)
        harness.disk.crash()
        try harness.reopen()
        #expect(try harness.state() == state)
    }

    @Test func `a tombstone dropped by one who had seen all it covered does not`() throws {
        let harness = try JournalHarness()
        let deleted = Dot(peer: Self.a, sequence: 1)
        let tombstone = Dot(peer: Self.b, sequence: 1)
        let later = Dot(peer: Self.c, sequence: 1)
        try harness.receive(Self.encoded(tombstone, .delete, replacing: [deleted]))
        try harness.receive(Self.encoded(later, .put, replacing: [tombstone, deleted]))
        #expect(harness.journal.floor.isEmpty)
    }

    @Test func `a covered record still ends what it covers, and that outlives a crash`() throws {
        let harness = try JournalHarness()
        let first = Dot(peer: Self.a, sequence: 1)
        let middle = Dot(peer: Self.b, sequence: 1)
        let last = Dot(peer: Self.c, sequence: 1)
        try harness.receive(Self.encoded(first, .put, replacing: []))
        try harness.receive(Self.encoded(last, .put, replacing: [middle]))
        #expect(try harness.state().records.map(\.dot) == [first, last])
        let reception = try harness.receive(Self.encoded(middle, .put, replacing: [first]))
        guard case .covered = reception else {
            Issue.record("\(reception)")
            return
        }
        let state = try harness.state()
        #expect(state.records.map(\.dot) == [last])
        harness.flush()
        harness.disk.crash()
        try harness.reopen()
        #expect(try harness.state() == state)
    }

    @Test func `synced siblings that something unsynced replaced are still streamed`() throws {
        let harness = try JournalHarness()
        let one = try harness.put("a", "1").dot
        let two = try harness.put("a", "2", token: CausalContext()).dot
        harness.flush()
        let three = try harness.put("a", "3").dot
        var cursor = harness.journal.tailCursor(after: CausalContext())
        #expect(try TailTests.read(harness.journal, &cursor).records.map(\.dot) == [one, two])
        harness.flush()
        cursor = harness.journal.tailCursor(after: CausalContext())
        #expect(try TailTests.read(harness.journal, &cursor).records.map(\.dot) == [three])
    }

    @Test func `what a snapshot's end drops is still streamed until that is synced`() throws {
        let harness = try JournalHarness()
        let own = try harness.put("a", "1").dot
        harness.flush()
        let closing = CausalContext([own])
        try harness.makeRoom(harness.journal.absentBytes(closing: closing, streamed: CausalContext()))
        try harness.journal.dropAbsent(closing: closing, streamed: CausalContext())
        #expect(try harness.values("a") == [])
        var cursor = harness.journal.tailCursor(after: CausalContext())
        #expect(try TailTests.read(harness.journal, &cursor).records.map(\.dot) == [own])
        harness.flush()
        cursor = harness.journal.tailCursor(after: CausalContext())
        #expect(try TailTests.read(harness.journal, &cursor).records == [])
    }

    @Test func `a context with more gaps than a message may hold is kept whole and claimed in part`() throws {
        let harness = try JournalHarness(segmentLength: 1 << 16)
        var gaps = CausalContext()
        // Ascending gaps that never join, as many as one encoded context may hold.
        for number in 1...UInt64(DataLimits.contextRanges) { gaps.insert(Dot(peer: Self.a, sequence: number * 2)) }
        try harness.join(gaps)
        #expect(harness.journal.context.withinLimits == harness.journal.context)
        // A long tail whose records were mostly replaced leaves more of them until its closing.
        let next = Dot(peer: Self.a, sequence: UInt64(DataLimits.contextRanges) * 2 + 2)
        try harness.receive(Self.encoded(next, .put, replacing: []))
        #expect(harness.journal.context.contains(next))
        let claimed = harness.journal.context.withinLimits
        #expect(claimed == gaps)
        try harness.journal.close()
        try harness.reopen()
        #expect(harness.journal.context == gaps.union(CausalContext([next])))
        var closing = CausalContext()
        closing.insert(1...next.sequence, of: Self.a)
        try harness.join(closing)
        #expect(harness.journal.context[Self.a].detached.isEmpty)
    }
}
