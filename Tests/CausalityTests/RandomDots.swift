import Causality
import TestSupport

/// Random dots of a few peers, close enough together that sets of them overlap.
enum RandomDots {
    /// Three small identities and the largest.
    static let peers = [0, 7, 8, UInt64.max].map { PeerID(rawValue: $0) }

    static func next(_ generator: inout SeededGenerator) -> Dot {
        let peer = Self.peers[Int.random(in: 0..<Self.peers.count, using: &generator)]
        return Dot(peer: peer, sequence: UInt64.random(in: 0...12, using: &generator))
    }

    /// A context made by singles and ranges, and its oracle.
    static func context(_ generator: inout SeededGenerator) -> (context: CausalContext, oracle: Set<Dot>) {
        var context = CausalContext()
        var oracle: Set<Dot> = []
        for _ in 0..<Int.random(in: 0...15, using: &generator) {
            let dot = Self.next(&generator)
            let length = UInt64.random(in: 0...3, using: &generator)
            if length == 0 {
                context.insert(dot)
            } else {
                context.insert(dot.sequence...(dot.sequence + length), of: dot.peer)
            }
            for sequence in dot.sequence...(dot.sequence + length) where sequence > 0 {
                oracle.insert(Dot(peer: dot.peer, sequence: sequence))
            }
        }
        return (context, oracle)
    }
}
