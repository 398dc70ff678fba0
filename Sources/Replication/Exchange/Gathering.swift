import Platform

/// The time after a start in which known peers are talked to before anything is written.
///
/// A restarted node must hear whether its peers know more of its own writes than it does itself,
/// before it gives a dot away a second time: DESIGN section 3, "Identity".
struct Gathering {
    private(set) var isGoingOn: Bool
    private(set) var until: Instant

    init(isNeeded: Bool, until: Instant) {
        self.isGoingOn = isNeeded
        self.until = until
    }

    /// Begins to count now; `length` is how long at the most.
    mutating func begin(now: Instant, length: Delay) {
        guard self.isGoingOn else { return }
        self.until = now + length
    }

    /// Ends at the deadline, or when everyone known has been tried.
    mutating func check(now: Instant, allTried: Bool) {
        guard self.isGoingOn else { return }
        if allTried || now >= self.until { self.isGoingOn = false }
    }

    var deadline: Instant {
        self.isGoingOn ? self.until : .distantFuture
    }
}
