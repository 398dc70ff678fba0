package import Causality

/// The names of writes just made, and when they are safe.
package struct WriteReceipt: Hashable, Sendable {
    /// The last of them; a batch has consecutive sequences.
    package var dot: Dot
    /// The writes are durable once the log is synced up to here.
    package var heldUntil: UInt64

    package init(dot: Dot, heldUntil: UInt64) {
        self.dot = dot
        self.heldUntil = heldUntil
    }
}
