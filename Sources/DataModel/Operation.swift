/// What a record does to its key. The numbers are part of the log's and the protocol's format.
public enum Operation: UInt8, Hashable, Sendable {
    /// The value replaces what the context covers.
    case put = 0
    /// A tombstone: the key ends, as far as the context covers it.
    case delete = 1
    /// The value is a ``CounterValue``.
    case count = 2
}
