public import DataModel

/// Writes that happen together: all or none survive a crash, and readers see all or none.
///
/// At most 65,536 writes and 32 MiB of keys and values.
public struct WriteBatch: Sendable {
    var writes: [Write] = []

    /// A batch without writes.
    public init() {}

    /// How many writes it has.
    public var count: Int { self.writes.count }
    /// Whether it has no writes.
    public var isEmpty: Bool { self.writes.isEmpty }

    /// Adds a put. The last write of a key in a batch is the one that counts.
    public mutating func put(_ value: Value, for key: Key) {
        self.writes.append(Write(key: key.bytes, value: value.bytes))
    }

    /// Adds a delete.
    public mutating func delete(_ key: Key) {
        self.writes.append(Write(key: key.bytes, operation: .delete))
    }
}
