/// A point on a monotonic clock, in nanoseconds since an arbitrary origin.
///
/// Only differences mean anything; two machines, or two starts of one process, cannot be compared.
@usableFromInline package struct Instant: Hashable, Comparable, Sendable {
    @usableFromInline package var nanoseconds: UInt64

    @inlinable
    package init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    @inlinable
    package static var distantFuture: Instant { Instant(nanoseconds: .max) }

    @inlinable
    package static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    // The standard library's own are not specialised across modules, and each turn compares dozens.
    @inlinable
    package static func <= (left: Instant, right: Instant) -> Bool {
        left.nanoseconds <= right.nanoseconds
    }

    @inlinable
    package static func > (left: Instant, right: Instant) -> Bool {
        left.nanoseconds > right.nanoseconds
    }

    @inlinable
    package static func >= (left: Instant, right: Instant) -> Bool {
        left.nanoseconds >= right.nanoseconds
    }

    @inlinable
    package static func == (left: Instant, right: Instant) -> Bool {
        left.nanoseconds == right.nanoseconds
    }

    /// Returns the instant `delay` later, or ``distantFuture`` if that cannot be represented.
    @inlinable
    package static func + (start: Instant, delay: Delay) -> Instant {
        let (sum, overflow) = start.nanoseconds.addingReportingOverflow(delay.nanoseconds)
        return overflow ? .distantFuture : Instant(nanoseconds: sum)
    }

    /// Returns how long after `earlier` this instant is; zero if it is not later.
    @inlinable
    package func since(_ earlier: Instant) -> Delay {
        Delay(nanoseconds: self.nanoseconds > earlier.nanoseconds ? self.nanoseconds - earlier.nanoseconds : 0)
    }
}
