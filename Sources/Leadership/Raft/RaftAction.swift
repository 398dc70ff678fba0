package import Causality

/// What the owner is asked to do; it MUST carry actions out in order.
package enum RaftAction: Hashable, Sendable {
    /// Append this to the log, and say ``Raft/written(through:at:)`` once it is on disk. Several may be under way;
    /// they MUST become durable in their order.
    case write(LogWrite)
    /// Send a message. It may be lost, doubled or late, but not changed.
    case send(RaftMessage, to: PeerID)
    /// Read the entries above `previous` up to `through` from the log, put them into the request and send it; if
    /// they do not fit into one message, as several that follow each other.
    case sendEntries(AppendRequest, through: UInt64, to: PeerID)
    /// Send a snapshot of the applied state, and at its end a ``SnapshotOffer`` of this term and round. If that
    /// fails, say ``Raft/snapshotFailed(to:at:)``.
    case sendSnapshot(term: Term, round: UInt64, to: PeerID)
    /// Apply the entries up to this one, which are decided for good.
    case commit(LogPosition)
    /// Answer these proposals with OK.
    case acknowledge([UInt64])
    /// Answer these proposals with: it is not known whether they will be applied. This node no longer leads.
    case unresolved([UInt64])
    /// Answer these reads from the state in which everything up to the index is applied.
    case readable([UInt64], index: UInt64)
    /// Refuse these reads: this node no longer leads.
    case unreadable([UInt64])
    /// Entries that this node proposed while it led are about to be given up by the next write: read them first
    /// and bring their records back, as siblings, or void their dots.
    case discarding(LogRange)
    /// This node now plays another part, or follows another.
    case becomes(RaftStanding)
    /// Two nodes acted as leader at once.
    case splitBrain(SplitBrain)
    /// Handing leadership over has come to an end.
    case transferEnded(isSuccess: Bool)
}
