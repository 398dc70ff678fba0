package import Causality

/// One write, as it stands in the log, travels between peers and lives beside its siblings.
package struct Record: Hashable, Sendable {
    package var dot: Dot
    /// The key's logical clock: 0 at its first write, else one more than the highest the writer saw.
    package var clock: UInt64
    package var timestamp: HybridTimestamp
    package var operation: Operation
    package var key: [UInt8]
    package var value: [UInt8]
    /// When readers stop seeing it, in milliseconds since 1970; nil for never.
    package var expiry: UInt64?
    /// Exactly the dots of this key that it replaces, beyond what ``replacesAllEarlier`` implies.
    package var context: CausalContext
    /// The write replaced every live sibling its writer held: all the writer's own earlier sequences
    /// are in its context at no cost. The explicit context then has no entry for the writer.
    package var replacesAllEarlier: Bool
    /// The writer's next sequence belongs to the same atomic batch.
    package var continuesBatch: Bool

    package init(
        dot: Dot, clock: UInt64, timestamp: HybridTimestamp, operation: Operation, key: [UInt8], value: [UInt8],
        expiry: UInt64? = nil, context: CausalContext = CausalContext(), replacesAllEarlier: Bool = true,
        continuesBatch: Bool = false
    ) {
        self.dot = dot
        self.clock = clock
        self.timestamp = timestamp
        self.operation = operation
        self.key = key
        self.value = value
        self.expiry = expiry
        self.context = context
        self.replacesAllEarlier = replacesAllEarlier
        self.continuesBatch = continuesBatch
    }

    /// Whether this record replaces the one named `dot`, if they are of one key.
    package func covers(_ dot: Dot) -> Bool {
        if self.replacesAllEarlier, dot.peer == self.dot.peer, dot.sequence < self.dot.sequence { return true }
        return self.context.contains(dot)
    }

    /// The context with what ``replacesAllEarlier`` implies written out.
    package var fullContext: CausalContext {
        self.head.fullContext
    }
}
