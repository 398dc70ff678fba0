package import Causality

/// A change of the members. Each changes at most one voter, so that every majority before it shares a
/// voter with every majority after it (thesis, section 4.1).
package enum ElectorateChange: Hashable, Sendable {
    /// Adds a member that receives entries and has no vote.
    case addLearner(PeerID)
    /// Gives a learner its vote.
    case promote(PeerID)
    /// Takes a member out.
    case remove(PeerID)
}
