/// A key and its value in a map or in the attributes of a reply.
package struct RESPMapEntry: Sendable, Equatable {
    /// Any reply; most often a string.
    package var key: RESPValue
    /// What the key stands for.
    package var value: RESPValue

    /// Creates an entry.
    package init(key: RESPValue, value: RESPValue) {
        self.key = key
        self.value = value
    }
}
