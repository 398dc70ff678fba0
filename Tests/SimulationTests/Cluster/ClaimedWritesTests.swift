import Causality
import DataModel
import Simulation
import Testing

/// What is kept from survey to survey says the same as a look at everything anew.
@Suite struct ClaimedWritesTests {
    private let history = WriteHistory()
    private let peers = [PeerID(rawValue: 7), PeerID(rawValue: 3)]

    private func record(_ key: String, _ peer: Int, _ sequence: UInt64, replacing dots: [Dot] = []) -> Int {
        var draft = WriteHistory.Draft(key: Array(key.utf8), operation: .put)
        draft.replaced = self.history.replaced(by: dots, of: draft.key)
        return self.history.record(
            draft, as: Dot(peer: self.peers[peer], sequence: sequence), on: peer, heldUntil: 0, checksum: nil)
    }

    private func expectSameAsAnew(_ known: inout ClaimedWrites, _ context: CausalContext) {
        known.update(to: context, self.history)
        var fresh = ClaimedWrites()
        fresh.update(to: context, self.history)
        #expect(known.count == fresh.count)
        #expect(known.claimed.map(\.places) == fresh.claimed.map(\.places))
        #expect(known.replaced.map(\.places) == fresh.replaced.map(\.places))
    }

    @Test func `a context that grows is followed`() {
        var known = ClaimedWrites()
        var context = CausalContext()
        self.expectSameAsAnew(&known, context)
        for sequence in UInt64(1)...6 {
            let before = sequence > 1 ? [Dot(peer: self.peers[0], sequence: sequence - 1)] : []
            _ = self.record("a\(sequence % 2)", 0, sequence)
            _ = self.record("b", 1, sequence, replacing: before)
            // The second peer's writes are heard of late, and not in their order.
            context.insert(Dot(peer: self.peers[0], sequence: sequence))
            if sequence % 3 == 0 { context.insert(Dot(peer: self.peers[1], sequence: 7 - sequence)) }
            self.expectSameAsAnew(&known, context)
        }
        #expect(known.count == 8)
    }

    @Test func `a context that shrinks, and a write that is lost, are noticed`() {
        var known = ClaimedWrites()
        let first = self.record("a", 0, 1)
        _ = self.record("a", 0, 2)
        let context = CausalContext([Dot(peer: self.peers[0], sequence: 1), Dot(peer: self.peers[0], sequence: 2)])
        self.expectSameAsAnew(&known, context)
        self.expectSameAsAnew(&known, CausalContext([Dot(peer: self.peers[0], sequence: 1)]))
        #expect(known.count == 1)
        self.history.lose(first)
        self.expectSameAsAnew(&known, context)
        #expect(known.count == 1)
    }
}
