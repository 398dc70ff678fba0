/// A hybrid logical clock's reading: 48 bits of milliseconds since 1970 and a 16-bit counter.
///
/// Kulkarni et al., "Logical physical clocks" (2014), section 3: close to the wall clock, yet later
/// than every timestamp its clock has seen.
public struct HybridTimestamp: Hashable, Comparable, Sendable {
    public let rawValue: UInt64

    @inlinable
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    @inlinable
    public init(milliseconds: UInt64, counter: UInt16) {
        self.rawValue = (milliseconds << 16) | UInt64(counter)
    }

    /// Milliseconds since 1970-01-01 UTC.
    @inlinable
    public var milliseconds: UInt64 { self.rawValue >> 16 }

    @inlinable
    public var counter: UInt16 { UInt16(truncatingIfNeeded: self.rawValue) }

    @inlinable
    public static func < (left: HybridTimestamp, right: HybridTimestamp) -> Bool {
        left.rawValue < right.rawValue
    }
}
