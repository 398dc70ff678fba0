package import Platform

/// One machine's wall clock: the world's time, seen through an offset, a drift and jumps.
package struct SimulatedClock: Hashable, Sendable {
    /// The wall time, in milliseconds, of a clock without error when the simulation begins.
    package static let beginning: UInt64 = 1_780_000_000_000

    /// How much faster than true time it runs, in parts per million; negative for slower.
    package private(set) var drift: Int64
    private var origin: Instant
    private var originMilliseconds: Int64

    /// A clock that is `offset` milliseconds ahead at the beginning; negative for behind.
    package init(startingAt now: Instant, offset: Int64 = 0, drift: Int64 = 0) {
        self.origin = now
        self.originMilliseconds = Int64(Self.beginning) + Int64(now.nanoseconds / 1_000_000) + offset
        self.drift = drift
    }

    /// What the clock shows.
    package func reading(at now: Instant) -> WallTime {
        WallTime(milliseconds: UInt64(max(0, self.milliseconds(at: now))))
    }

    /// Sets the clock forward, or back by a negative number.
    package mutating func jump(by milliseconds: Int64, at now: Instant) {
        self.originMilliseconds = self.milliseconds(at: now) + milliseconds
        self.origin = now
    }

    /// Has it run at another speed from now on.
    package mutating func setDrift(_ drift: Int64, at now: Instant) {
        self.originMilliseconds = self.milliseconds(at: now)
        self.origin = now
        self.drift = drift
    }

    private func milliseconds(at now: Instant) -> Int64 {
        let elapsed = Int64(now.since(self.origin).wholeMilliseconds)
        return self.originMilliseconds + elapsed + elapsed * self.drift / 1_000_000
    }
}
