public import Causality

/// One of the concurrent writes that live side by side under a key, as resolvers see it.
public struct Sibling: Hashable, Sendable {
    /// The write's name.
    public var dot: Dot
    /// The key's logical clock at this write: 0 for a first write, one more for each update.
    public var clock: UInt64
    /// The writer's hybrid clock at this write.
    public var timestamp: HybridTimestamp
    /// Whether ``value`` is a plain value or a counter's entries. Never `.delete`.
    public var operation: Operation
    /// The bytes as they are stored.
    public var value: [UInt8]
    /// When readers stop seeing it, in milliseconds since 1970; nil for never.
    public var expiry: UInt64?

    /// Puts a sibling together, as tests of resolvers do.
    public init(
        dot: Dot, clock: UInt64, timestamp: HybridTimestamp, operation: Operation = .put, value: [UInt8],
        expiry: UInt64? = nil
    ) {
        self.dot = dot
        self.clock = clock
        self.timestamp = timestamp
        self.operation = operation
        self.value = value
        self.expiry = expiry
    }

    /// The canonical order, the same on every node: clock, then timestamp, then dot.
    public static func precedes(_ left: Sibling, _ right: Sibling) -> Bool {
        if left.clock != right.clock { return left.clock < right.clock }
        if left.timestamp != right.timestamp { return left.timestamp < right.timestamp }
        return left.dot < right.dot
    }
}
