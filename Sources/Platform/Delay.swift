/// A length of time that is never negative, in nanoseconds. Sums and products stop at the longest.
package struct Delay: Hashable, Comparable, Sendable {
    package var nanoseconds: UInt64

    package init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    package static let zero = Delay(nanoseconds: 0)

    package static func microseconds(_ count: UInt64) -> Delay { Delay(nanoseconds: 1_000) * count }
    package static func milliseconds(_ count: UInt64) -> Delay { Delay(nanoseconds: 1_000_000) * count }
    package static func seconds(_ count: UInt64) -> Delay { Delay(nanoseconds: 1_000_000_000) * count }

    /// Whole milliseconds, rounded down.
    package var wholeMilliseconds: UInt64 { self.nanoseconds / 1_000_000 }

    package static func < (left: Delay, right: Delay) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    package static func + (left: Delay, right: Delay) -> Delay {
        let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.nanoseconds)
        return Delay(nanoseconds: overflow ? .max : sum)
    }

    package static func * (delay: Delay, factor: UInt64) -> Delay {
        let (product, overflow) = delay.nanoseconds.multipliedReportingOverflow(by: factor)
        return Delay(nanoseconds: overflow ? .max : product)
    }
}
