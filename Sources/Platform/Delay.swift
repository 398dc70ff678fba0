/// A length of time that is never negative, in nanoseconds.
package struct Delay: Hashable, Comparable, Sendable {
    package var nanoseconds: UInt64

    package init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    package static let zero = Delay(nanoseconds: 0)

    package static func microseconds(_ count: UInt64) -> Delay { Delay(nanoseconds: count * 1_000) }
    package static func milliseconds(_ count: UInt64) -> Delay { Delay(nanoseconds: count * 1_000_000) }
    package static func seconds(_ count: UInt64) -> Delay { Delay(nanoseconds: count * 1_000_000_000) }

    /// Whole milliseconds, rounded down.
    package var wholeMilliseconds: UInt64 { self.nanoseconds / 1_000_000 }

    package static func < (left: Delay, right: Delay) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    package static func + (left: Delay, right: Delay) -> Delay {
        Delay(nanoseconds: left.nanoseconds &+ right.nanoseconds)
    }

    package static func * (delay: Delay, factor: UInt64) -> Delay {
        Delay(nanoseconds: delay.nanoseconds.multipliedReportingOverflow(by: factor).partialValue)
    }
}
