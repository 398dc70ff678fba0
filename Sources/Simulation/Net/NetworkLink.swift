import Platform

/// One direction between two machines.
struct NetworkLink {
    /// Nothing that is sent gets through.
    var isCut = false
    /// What is sent before this moment is held back until then.
    var clogEnd = Instant(nanoseconds: 0)
}
