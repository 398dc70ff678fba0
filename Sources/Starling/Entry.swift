public import DataModel

/// A key and what readers see of it.
public struct Entry: Hashable, Sendable {
    /// The key.
    public var key: Key
    /// What readers see of it.
    public var value: Value

    /// An entry of this key and value.
    public init(key: Key, value: Value) {
        self.key = key
        self.value = value
    }
}
