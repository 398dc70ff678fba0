package import Platform

// What is said beside rounds.

extension Conversation {
    /// Whether something about membership can be said now.
    package var speaksOfMembership: Bool {
        self.isEstablished && (self.version ?? 0) >= MessageFormat.membershipVersion
    }

    /// When something last moved in it, here or there.
    package var lastProgress: Instant { self.progressAt }

    /// Says something about who belongs to the cluster; nothing happens unless ``speaksOfMembership``.
    package mutating func tell(_ message: MembershipMessage, at now: Instant) -> [Action] {
        self.speaksOfMembership ? self.armed([.send(.membership(message))]) : []
    }

    /// The owner will not go on, but hears what the other side has to say: of two that have forgotten each
    /// other, each must be told.
    package mutating func refuseAndListen(_ refusal: Refusal, at now: Instant) -> [Action] {
        guard self.isEstablished else { return self.refuse(refusal, at: now) }
        self.progressAt = now
        self.state = .parting(.refusing(refusal))
        return self.armed([.send(.refusal(refusal))])
    }

    /// The other side has said something about membership, before its digest of this round or after.
    mutating func receive(
        _ message: MembershipMessage, beforeDigest: Bool, at now: Instant
    ) -> [Action] {
        guard self.speaksOfMembership else { return self.refuse(.unexpected(.membership(message)), at: now) }
        switch message {
        case .snapshotWanted:
            guard beforeDigest, !self.peerWantsSnapshot else {
                return self.refuse(.unexpected(.membership(message)), at: now)
            }
            self.peerWantsSnapshot = true
            return []
        case .forgetRequest, .forgetReport, .forgetQuery, .forgetEnd, .departed:
            return [.learnedMembership(message)]
        }
    }
}
