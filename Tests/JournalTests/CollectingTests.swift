import Causality
import DataModel
import Journal
import Simulation
import Testing

/// Tombstones leave the log's live set when nobody can need them any more, and only then.
struct CollectingTests {
    private func collect(_ harness: JournalHarness, isHeldByAll: (Dot) -> Bool = { _ in true }) throws -> Int {
        try harness.makeRoom(20_000)
        var (collected, next) = (0, UInt32?(0))
        while let start = next {
            let step = harness.journal.collectTombstones(from: start, maximum: 2, isHeldByAll: isHeldByAll)
            #expect(step.next != start)
            collected += step.collected
            next = step.next
        }
        return collected
    }

    @Test func `a collected tombstone is gone, before and after a restart, and its dot is in the floor`() throws {
        let harness = try JournalHarness()
        try harness.put("a", "1")
        let deleted = try harness.delete("a")
        try harness.put("b", "2")
        harness.flush()
        #expect(try self.collect(harness) == 1)
        harness.flush()
        for _ in 0..<2 {
            #expect(harness.journal.index.tombstoneCount == 0 && harness.journal.index.recordCount == 1)
            #expect(harness.journal.index.find(Array("a".utf8).span) == nil)
            #expect(harness.journal.floor[deleted.dot.peer] == deleted.dot.sequence)
            #expect(harness.journal.context.contains(deleted.dot))
            harness.disk.crash()
            try harness.reopen()
        }
    }

    @Test func `a tombstone stays while a member lacks it, or it is not durable here`() throws {
        let harness = try JournalHarness()
        try harness.put("a", "1")
        try harness.delete("a")
        #expect(try self.collect(harness) == 0)
        harness.flush()
        #expect(try self.collect(harness) { _ in false } == 0)
        #expect(harness.journal.index.tombstoneCount == 1)
        #expect(try self.collect(harness) == 1)
    }

    @Test func `a tombstone stays while an earlier write of its writer, or one that it replaced, is missing`() throws {
        let writer = try JournalHarness(seed: 2)
        let other = try JournalHarness(seed: 3)
        let first = try other.put("k", "of another")
        try writer.receive(try other.encoded(first.dot))
        try writer.put("x", "1")
        let deleted = try writer.delete("k")
        let reader = try JournalHarness(seed: 4)
        try reader.receive(try writer.encoded(deleted.dot))
        reader.flush()
        #expect(try self.collect(reader) == 0)
        try reader.join(CausalContext([Dot(peer: deleted.dot.peer, sequence: 1)]))
        reader.flush()
        // The tombstone replaced what the reader has never heard of.
        #expect(try self.collect(reader) == 0)
        try reader.receive(try other.encoded(first.dot))
        reader.flush()
        #expect(try self.collect(reader) == 1)
    }

    @Test func `a power cut before the sync takes the collection back whole`() throws {
        let harness = try JournalHarness()
        for index in 0..<20 {
            try harness.put("k\(index)", "v")
            try harness.delete("k\(index)")
        }
        harness.flush()
        #expect(try self.collect(harness) == 20)
        harness.disk.crash()
        try harness.reopen()
        #expect(harness.journal.index.tombstoneCount == 20 && harness.journal.floor.isEmpty)
    }

    @Test func `equal writes have equal hashes whoever has collected`() throws {
        let one = try JournalHarness(seed: 5)
        let other = try JournalHarness(seed: 6)
        for index in 0..<6 { try one.put("k\(index)", "v\(index)") }
        try one.delete("k0")
        try one.write("k1", [1], expiry: 5)
        for record in try one.state().records { try other.receive(try one.encoded(record.dot)) }
        one.flush()
        _ = one.journal.index.popExpired(upTo: 10, maximum: 10)
        #expect(try self.collect(one) == 2)
        #expect(one.journal.index.recordCount == 4 && other.journal.index.recordCount == 6)
        #expect(one.journal.liveHash == other.journal.liveHash)
    }
}
