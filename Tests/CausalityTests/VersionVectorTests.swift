import Causality
import TestSupport
import Testing

struct VersionVectorTests {
    private static func random(_ generator: inout SeededGenerator) -> (vector: VersionVector, oracle: [PeerID: UInt64])
    {
        var vector = VersionVector()
        var oracle: [PeerID: UInt64] = [:]
        for _ in 0..<Int.random(in: 0...8, using: &generator) {
            let dot = RandomDots.next(&generator)
            vector.raise(dot.peer, to: dot.sequence)
            if dot.sequence > 0 { oracle[dot.peer] = max(oracle[dot.peer] ?? 0, dot.sequence) }
        }
        return (vector, oracle)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `a vector keeps the highest sequence of each peer`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let (vector, oracle) = Self.random(&generator)
        #expect(vector.entries.map(\.peer) == oracle.keys.sorted())
        #expect(vector.entries.allSatisfy { $0.sequence == oracle[$0.peer] })
        #expect(RandomDots.peers.allSatisfy { vector[$0] == oracle[$0] ?? 0 })
        #expect(vector.isEmpty == oracle.isEmpty)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `joining is commutative, associative, idempotent and only grows`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let a = Self.random(&generator).vector
        let b = Self.random(&generator).vector
        let c = Self.random(&generator).vector
        #expect(Self.joined(a, b) == Self.joined(b, a))
        #expect(Self.joined(Self.joined(a, b), c) == Self.joined(a, Self.joined(b, c)))
        #expect(Self.joined(a, a) == a)
        #expect(RandomDots.peers.allSatisfy { Self.joined(a, b)[$0] == max(a[$0], b[$0]) })
    }

    @Test func `lowering and raising to zero change nothing`() {
        let peer = PeerID(rawValue: 3)
        var vector = VersionVector()
        vector.raise(peer, to: 0)
        #expect(vector.isEmpty)
        vector.raise(peer, to: .max)
        vector.raise(peer, to: 1)
        #expect(vector[peer] == .max)
    }

    private static func joined(_ left: VersionVector, _ right: VersionVector) -> VersionVector {
        var result = left
        result.formUnion(right)
        return result
    }
}
