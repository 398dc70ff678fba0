import CPosixShim
import Platform

/// The system's monotonic clock, which does not run while the machine is suspended.
enum MonotonicClock {
    static var now: Instant { Instant(nanoseconds: starling_clock_monotonic()) }
}
