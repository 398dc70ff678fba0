/// A hybrid logical clock's reading: 48 bits of milliseconds since 1970 and a 16-bit counter.
///
/// Kulkarni et al., "Logical physical clocks" (2014), section 3: close to the wall clock, yet later
/// than every timestamp its clock has seen.
public struct HybridTimestamp: Hashable, Comparable, Sendable {
    /// Milliseconds in the upper 48 bits, the counter in the lower 16.
    public let rawValue: UInt64

    /// The timestamp with these 64 bits.
    @inlinable
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Puts both halves together. Milliseconds beyond 48 bits stop at the highest.
    @inlinable
    public init(milliseconds: UInt64, counter: UInt16) {
        self.rawValue = (min(milliseconds, (1 << 48) - 1) << 16) | UInt64(counter)
    }

    /// Milliseconds since 1970-01-01 UTC.
    @inlinable
    public var milliseconds: UInt64 { self.rawValue >> 16 }

    /// Tells timestamps of one millisecond apart.
    @inlinable
    public var counter: UInt16 { UInt16(truncatingIfNeeded: self.rawValue) }

    /// Whether `left` is earlier.
    @inlinable
    public static func < (left: HybridTimestamp, right: HybridTimestamp) -> Bool {
        left.rawValue < right.rawValue
    }
}
