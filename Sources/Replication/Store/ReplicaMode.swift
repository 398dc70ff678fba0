package import Causality
package import Leadership

/// How a replica takes writes at the moment.
package enum ReplicaMode: Hashable, Sendable {
    /// Every node takes writes.
    case leaderless
    /// Leader mode is being founded; writes wait.
    case switching
    /// In leader mode, in this part.
    case leader(RaftStanding, voters: [PeerID], learners: [PeerID])
}
