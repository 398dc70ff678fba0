public import DataModel

/// A key and what readers see of it.
public struct Entry: Hashable, Sendable {
    public var key: Key
    public var value: Value

    public init(key: Key, value: Value) {
        self.key = key
        self.value = value
    }
}
