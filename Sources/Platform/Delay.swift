/// A length of time that is never negative, in nanoseconds. Sums and products stop at the longest.
@usableFromInline package struct Delay: Hashable, Comparable, Sendable {
    @usableFromInline package var nanoseconds: UInt64

    @inlinable
    package init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    @inlinable
    package static var zero: Delay { Delay(nanoseconds: 0) }

    @inlinable
    package static func microseconds(_ count: UInt64) -> Delay { Delay(nanoseconds: 1_000) * count }
    @inlinable
    package static func milliseconds(_ count: UInt64) -> Delay { Delay(nanoseconds: 1_000_000) * count }
    @inlinable
    package static func seconds(_ count: UInt64) -> Delay { Delay(nanoseconds: 1_000_000_000) * count }

    /// Whole milliseconds, rounded down.
    @inlinable
    package var wholeMilliseconds: UInt64 { self.nanoseconds / 1_000_000 }

    @inlinable
    package static func < (left: Delay, right: Delay) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    // The standard library's own are not specialised across modules, and each turn compares dozens.
    @inlinable
    package static func <= (left: Delay, right: Delay) -> Bool {
        left.nanoseconds <= right.nanoseconds
    }

    @inlinable
    package static func > (left: Delay, right: Delay) -> Bool {
        left.nanoseconds > right.nanoseconds
    }

    @inlinable
    package static func >= (left: Delay, right: Delay) -> Bool {
        left.nanoseconds >= right.nanoseconds
    }

    @inlinable
    package static func == (left: Delay, right: Delay) -> Bool {
        left.nanoseconds == right.nanoseconds
    }

    @inlinable
    package static func + (left: Delay, right: Delay) -> Delay {
        let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.nanoseconds)
        return Delay(nanoseconds: overflow ? .max : sum)
    }

    @inlinable
    package static func * (delay: Delay, factor: UInt64) -> Delay {
        let (product, overflow) = delay.nanoseconds.multipliedReportingOverflow(by: factor)
        return Delay(nanoseconds: overflow ? .max : product)
    }
}
