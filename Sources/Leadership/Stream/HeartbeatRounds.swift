import Platform

/// When each round of heartbeats was sent, so that an answer tells since when a follower has known the leader.
struct HeartbeatRounds: Sendable {
    /// Rounds remembered: an answer to an older one is too late to mean anything.
    private static let capacity = 256
    private var starts: [Instant] = []
    /// The latest round; the first is 1.
    private(set) var latest: UInt64 = 0

    mutating func begin(at now: Instant) {
        self.latest += 1
        self.starts.append(now)
        if self.starts.count > Self.capacity { self.starts.removeFirst(Self.capacity / 2) }
    }

    /// When the round was sent; nil if it was not, or is forgotten.
    func start(of round: UInt64) -> Instant? {
        let first = self.latest - UInt64(self.starts.count) + 1
        guard round >= first, round <= self.latest else { return nil }
        return self.starts[Int(round - first)]
    }
}
