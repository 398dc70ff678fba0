import Platform

/// One direction between two machines.
struct NetworkLink {
    /// Nothing that is sent gets through.
    var isCut = false
    /// What is sent before this moment is held back until then.
    var clogEnd = Instant(nanoseconds: 0)
    /// Until then it is ``slowness`` times as slow as others.
    var slowEnd = Instant(nanoseconds: 0)
    var slowness: UInt64 = 1
    /// The number of the latest datagram to arrive.
    var latestDatagram: UInt64 = 0
}
