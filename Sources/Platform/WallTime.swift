/// A reading of the wall clock, in milliseconds since 1970-01-01 UTC.
///
/// It may jump either way; nothing that must be right depends on it. See ``Instant`` for intervals.
package struct WallTime: Hashable, Comparable, Sendable {
    package var milliseconds: UInt64

    package init(milliseconds: UInt64) {
        self.milliseconds = milliseconds
    }

    package static func < (left: WallTime, right: WallTime) -> Bool {
        left.milliseconds < right.milliseconds
    }
}
