/// Entries that follow each other.
package struct LogRange: Hashable, Sendable {
    package let first: UInt64
    package let last: UInt64

    package init(first: UInt64, last: UInt64) {
        self.first = first
        self.last = last
    }
}
