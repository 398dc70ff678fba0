import Platform

/// Says when silence has lasted long enough to stand for election.
///
/// Each wait is drawn anew, so that two nodes seldom stand at once (Raft, section 5.2). The numbers come
/// from a seed (SplitMix64), so that a run can be repeated.
struct ElectionTimer: Sendable {
    private var state: UInt64
    private let minimum: Delay
    private let spread: Delay
    /// When to stand unless something happens before.
    private(set) var deadline: Instant

    /// A timer that starts to run at `now`.
    init(limits: RaftLimits, seed: UInt64, at now: Instant) {
        self.state = seed
        self.minimum = limits.election
        self.spread = limits.electionSpread
        self.deadline = now
        self.restart(at: now)
    }

    /// Waits anew from now on, for between the least time and that and the spread.
    mutating func restart(at now: Instant) {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        let extra = (mixed ^ (mixed >> 31)) % max(1, self.spread.nanoseconds)
        self.deadline = now + self.minimum + Delay(nanoseconds: extra)
    }

    /// Does not wait: there is nobody to wait for.
    mutating func expire(at now: Instant) {
        self.deadline = now
    }
}
