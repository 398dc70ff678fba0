/// A point on a monotonic clock, in nanoseconds since an arbitrary origin.
///
/// Only differences mean anything; two machines, or two starts of one process, cannot be compared.
package struct Instant: Hashable, Comparable, Sendable {
    package var nanoseconds: UInt64

    package init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    package static let distantFuture = Instant(nanoseconds: .max)

    package static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Returns the instant `delay` later, or ``distantFuture`` if that cannot be represented.
    package static func + (start: Instant, delay: Delay) -> Instant {
        let (sum, overflow) = start.nanoseconds.addingReportingOverflow(delay.nanoseconds)
        return overflow ? .distantFuture : Instant(nanoseconds: sum)
    }

    /// Returns how long after `earlier` this instant is; zero if it is not later.
    package func since(_ earlier: Instant) -> Delay {
        Delay(nanoseconds: self.nanoseconds > earlier.nanoseconds ? self.nanoseconds - earlier.nanoseconds : 0)
    }
}
