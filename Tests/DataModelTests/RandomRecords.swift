import Causality
import DataModel
import TestSupport

/// Random records that a writer could have made, small enough that every byte of them matters.
enum RandomRecords {
    static func context(_ generator: inout SeededGenerator, without excluded: PeerID? = nil) -> CausalContext {
        var context = CausalContext()
        for _ in 0..<Int.random(in: 0...6, using: &generator) {
            let peer = PeerID(rawValue: UInt64.random(in: 0...3, using: &generator))
            if peer == excluded { continue }
            // Of all sizes, so that varints of every length occur.
            let bits = UInt64.random(in: 1...62, using: &generator)
            let lower = UInt64.random(in: 0..<(1 << bits), using: &generator)
            context.insert(lower...(lower + UInt64.random(in: 0...200, using: &generator)), of: peer)
        }
        return context
    }

    static func vector(_ generator: inout SeededGenerator) -> VersionVector {
        Self.context(&generator).vector
    }

    static func record(_ generator: inout SeededGenerator) -> Record {
        let peer = PeerID(rawValue: UInt64.random(in: 0...(.max), using: &generator))
        let operation = [Operation.put, .delete, .count][Int.random(in: 0..<3, using: &generator)]
        var context = Self.context(&generator)
        let sequence = UInt64.random(in: 1...(1 << 40), using: &generator)
        let replacesAllEarlier = Bool.random(using: &generator)
        if !replacesAllEarlier, sequence > 1, Bool.random(using: &generator) {
            context.insert(Dot(peer: peer, sequence: sequence - 1))
        }
        return Record(
            dot: Dot(peer: peer, sequence: sequence), clock: UInt64.random(in: 0...1000, using: &generator),
            timestamp: HybridTimestamp(rawValue: UInt64.random(in: 0...(.max), using: &generator)),
            operation: operation, key: Self.bytes(&generator),
            value: operation == .delete ? [] : Self.bytes(&generator),
            expiry: Bool.random(using: &generator) ? UInt64.random(in: 0...(.max), using: &generator) : nil,
            context: context, replacesAllEarlier: replacesAllEarlier, continuesBatch: Bool.random(using: &generator))
    }

    private static func bytes(_ generator: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 0...12, using: &generator)).map { _ in UInt8.random(in: 0...(.max), using: &generator) }
    }
}
