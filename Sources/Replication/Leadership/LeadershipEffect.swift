package import Causality
package import Leadership

/// What a member in leader mode asks its owner to do, in order.
package enum LeadershipEffect: Hashable, Sendable {
    /// Send this to a member. It may be lost.
    case send(RaftMessage, to: PeerID)
    /// Bring a member to this node's state by a whole conversation, and then send it a ``SnapshotOffer`` of this term
    /// and round.
    case sendSnapshot(SnapshotHeader, term: Term, round: UInt64, to: PeerID)
    /// Answer these proposals with OK.
    case acknowledge([UInt64])
    /// Answer these proposals with: it is not known whether they will be applied.
    case unresolved([UInt64])
    /// Answer these reads from the present state.
    case readable([UInt64])
    /// Refuse these reads.
    case unreadable([UInt64])
    /// This node's part has changed.
    case becomes(RaftStanding)
    /// Two nodes acted as leader at once.
    case splitBrain(SplitBrain)
    /// Handing leadership over has come to an end.
    case transferEnded(isSuccess: Bool)
    /// Records of this node's own that were given up with its entries: to be proposed again, with the same dots, by
    /// whoever leads.
    case revive([[UInt8]])
}
