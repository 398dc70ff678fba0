import Platform

/// How long requests took, in buckets whose width grows with the time: three percent of it at the most.
///
/// As in Tene's HdrHistogram: a bucket for each of the first 64 nanoseconds, then 32 for each doubling.
struct LatencyHistogram {
    /// Bits of a time that tell buckets of one doubling apart.
    private static let precision = 5

    private var buckets = [UInt64](
        repeating: 0, count: (64 - LatencyHistogram.precision + 1) << LatencyHistogram.precision)
    /// How many times were noted.
    private(set) var count: UInt64 = 0
    /// The longest time.
    private(set) var longest = Delay.zero

    /// Notes that `count` requests took so long.
    mutating func note(_ time: Delay, count: Int = 1) {
        self.buckets[Self.bucket(of: time.nanoseconds)] += UInt64(count)
        self.count += UInt64(count)
        self.longest = max(self.longest, time)
    }

    /// The time within which so many of a thousand requests were done, rounded up to its bucket's end; zero if none
    /// was noted.
    ///
    /// - Precondition: `thousandths` is at most 1000.
    func time(within thousandths: UInt64) -> Delay {
        guard self.count > 0 else { return .zero }
        let (whole, rest) = (self.count * thousandths).quotientAndRemainder(dividingBy: 1000)
        let wanted = max(1, whole + (rest > 0 ? 1 : 0))
        var seen: UInt64 = 0
        for index in self.buckets.indices {
            seen += self.buckets[index]
            if seen >= wanted { return min(Delay(nanoseconds: Self.end(of: index)), self.longest) }
        }
        return self.longest
    }

    private static func bucket(of time: UInt64) -> Int {
        guard time >= 1 << (Self.precision + 1) else { return Int(time) }
        let shift = 63 - time.leadingZeroBitCount - Self.precision
        return (shift << Self.precision) + Int(time >> UInt64(shift))
    }

    /// The longest time of a bucket.
    private static func end(of bucket: Int) -> UInt64 {
        guard bucket >= 1 << (Self.precision + 1) else { return UInt64(bucket) }
        let shift = UInt64((bucket >> Self.precision) - 1)
        let mantissa = UInt64(bucket & (1 << Self.precision - 1)) + 1 << UInt64(Self.precision)
        return (mantissa + 1) << shift &- 1
    }
}
