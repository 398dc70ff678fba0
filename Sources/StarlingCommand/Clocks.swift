import Glibc
import Platform

/// The machine's clocks, for commands that have no node's environment.
enum Clocks {
    /// The monotonic clock.
    static var now: Instant { Instant(nanoseconds: Self.read(CLOCK_MONOTONIC)) }

    /// The wall clock.
    static var wallNow: WallTime { WallTime(milliseconds: Self.read(CLOCK_REALTIME) / 1_000_000) }

    /// Blocks this thread; a signal may end it early.
    static func pause(_ delay: Delay) {
        var time = timespec(
            tv_sec: Int(delay.nanoseconds / 1_000_000_000), tv_nsec: Int(delay.nanoseconds % 1_000_000_000))
        _ = unsafe nanosleep(&time, nil)
    }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        // It fails only for a clock that does not exist; both do.
        _ = unsafe clock_gettime(clock, &time)
        return UInt64(max(0, time.tv_sec)) * 1_000_000_000 + UInt64(max(0, time.tv_nsec))
    }
}
