/// One change a caller asks for: what should happen to a key.
package struct Write: Hashable, Sendable {
    package var key: [UInt8]
    package var operation: Operation
    /// Empty for a delete.
    package var value: [UInt8]
    /// When readers stop seeing it, in milliseconds since 1970; nil for never.
    package var expiry: UInt64?

    package init(key: [UInt8], operation: Operation = .put, value: [UInt8] = [], expiry: UInt64? = nil) {
        self.key = key
        self.operation = operation
        self.value = value
        self.expiry = expiry
    }
}
