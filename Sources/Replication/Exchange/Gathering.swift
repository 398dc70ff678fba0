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

    /// How it ended.
    enum Ending {
        /// Everyone known has been tried.
        case answered
        case timedOut
    }

    /// Ends at the deadline, or when everyone known has been tried; nil as long as it goes on, and after.
    mutating func check(now: Instant, allTried: Bool) -> Ending? {
        guard self.isGoingOn, allTried || now >= self.until else { return nil }
        self.isGoingOn = false
        return allTried ? .answered : .timedOut
    }

    var deadline: Instant {
        self.isGoingOn ? self.until : .distantFuture
    }
}
