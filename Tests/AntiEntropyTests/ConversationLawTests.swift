import AntiEntropy
import Causality
import Platform
import TestSupport
import Testing

@Suite struct ConversationLawTests {
    /// Writes, collections, news, pauses and broken connections in any order; then one undisturbed
    /// conversation, after which both hold the same.
    @Test(arguments: 0..<80 as Range<UInt64>) func `whatever breaks, one whole conversation makes equal`(seed: UInt64)
        throws
    {
        var random = SeededGenerator(seed: seed)
        var limits = ConversationLimits()
        limits.window = 400 + random.below(4000)
        limits.batch = limits.window / 4
        let secret = seed % 2 == 0 ? nil : "s"
        let pair = ConversationPair(
            ConversationPair.configuration(1, "a", secret: secret, limits: limits),
            ConversationPair.configuration(2, "b", secret: secret, limits: limits))
        var collected: Set<Dot> = []
        for _ in 0..<30 {
            let side = random.below(2)
            switch random.below(6) {
            case 0, 1:
                pair.sides[side].store.write(1 + random.below(8), valueLength: random.below(900))
                try pair.tell(side) { $0.news(at: $1) }
            case 2:
                pair.reconnect()
                pair.messagesLeft = random.below(20)
                try pair.open()
            case 3:
                try pair.advance(.milliseconds(UInt64(random.below(1500))))
            case 4:
                if let first = pair.sides[side].store.ownDots.first {
                    pair.sides[side].store.collect(first.sequence)
                    collected.insert(first)
                }
            default:
                pair.breakConnection()
                try pair.run()
            }
            for side in 0...1 { try self.checkClaims(pair.sides[side].store, collected) }
        }
        pair.reconnect()
        try pair.open()
        try pair.advance(.seconds(1))
        #expect(pair.sides[0].outcome?.ending == .parted)
        #expect(pair.sides[1].outcome?.ending == .parted)
        #expect(pair.sides[0].store.context == pair.sides[1].store.context)
        // One side may hold on to what the other has collected, as long as both have seen it.
        let dots = (0...1).map { side in pair.sides[side].store.dots.filter { !collected.contains($0) } }
        #expect(dots[0] == dots[1])
        #expect(pair.sides[0].store.floor == pair.sides[1].store.floor)
    }

    /// What a context claims is held, or was collected.
    private func checkClaims(_ store: StoreModel, _ collected: Set<Dot>) throws {
        for entry in store.context.entries where entry.sequences.highest > 0 {
            for sequence in 1...entry.sequences.highest {
                let dot = Dot(peer: entry.peer, sequence: sequence)
                guard store.context.contains(dot) else { continue }
                try #require(store.records[dot] != nil || collected.contains(dot), "\(dot) is claimed but not held")
            }
        }
    }
}
