package import Platform

// What leader mode says, beside rounds.

extension Conversation {
    /// Whether leader mode can say something now.
    package var speaksOfLeadership: Bool {
        self.isEstablished && (self.version ?? 0) >= MessageFormat.leadershipVersion
    }

    /// Says something for leader mode; nothing happens unless ``speaksOfLeadership``.
    ///
    /// - Precondition: at most ``MessageLimits/leadershipBytes`` bytes.
    package mutating func tell(leadership bytes: [UInt8], at now: Instant) -> [Action] {
        precondition(bytes.count <= MessageLimits.leadershipBytes, "\(bytes.count) bytes for leader mode")
        return self.speaksOfLeadership ? self.armed([.send(.leadership(bytes))]) : []
    }

    mutating func receiveLeadership(_ bytes: [UInt8], at now: Instant) -> [Action] {
        guard self.speaksOfLeadership else { return self.refuse(.unexpected(.leadership(bytes)), at: now) }
        return [.learnedLeadership(bytes)]
    }
}
