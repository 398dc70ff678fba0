import Causality
import Platform

/// Someone who waits until enough peers are known to hold a write.
struct AcknowledgementWaiter {
    var id: UInt64
    var dot: Dot
    /// How many peers are wanted.
    var count: Int
    var deadline: Instant
    /// Called once with how many peers hold the dot.
    var completion: (Int) -> Void
}
