package import Causality
package import Platform

/// The founding of leader mode, at the node that asks for it: a majority of those it knows must promise to follow.
///
/// Each has promised to one founder only, and takes no writes meanwhile; so of two that ask at once at most one goes
/// on. The founder then leads alone, and takes the others in one by one, by the snapshot and the changes of members
/// that leader mode has anyway.
///
/// - Invariant: ``outcome(at:)`` says `founded` only with promises of more than half of all, this node among them.
package struct Founding: Hashable, Sendable {
    /// What is to be done.
    package enum Outcome: Hashable, Sendable {
        case waiting
        case founded
        /// It comes to nothing, and why.
        case refused(String)
    }

    /// The number of the era.
    package let era: UInt64
    /// All others that are known.
    package let others: [PeerID]
    /// When no more answers are waited for.
    package let deadline: Instant
    private var granted: [PeerID] = []
    private var refused: [PeerID] = []
    private var reason = ""

    /// Begins to ask.
    package init(era: UInt64, others: [PeerID], until deadline: Instant) {
        self.era = era
        self.others = others
        self.deadline = deadline
    }

    /// Members that are needed, this node among them.
    package var majority: Int { (self.others.count + 1) / 2 + 1 }

    /// One of the others has answered.
    package mutating func answered(_ peer: PeerID, isGranted: Bool, reason: String) {
        guard self.others.contains(peer), !self.granted.contains(peer), !self.refused.contains(peer) else { return }
        if isGranted {
            self.granted.append(peer)
        } else {
            self.refused.append(peer)
            self.reason = reason
        }
    }

    /// Who has promised.
    package var promised: [PeerID] { self.granted }

    /// What has come of it by now.
    package func outcome(at now: Instant) -> Outcome {
        // One that leads, or is being won by another, would be a second leader.
        if !self.refused.isEmpty { return .refused(self.reason) }
        let isHeard = self.granted.count == self.others.count
        guard isHeard || now >= self.deadline else { return .waiting }
        guard self.granted.count + 1 >= self.majority else {
            return .refused(
                "\(self.granted.count + 1) of \(self.others.count + 1) members can be reached, and "
                    + "\(self.majority) are needed")
        }
        return .founded
    }
}
