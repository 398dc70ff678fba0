/// What members in leader mode say to each other. The sender is whoever the connection was proved to be.
package enum RaftMessage: Hashable, Sendable {
    /// Would you vote for me in this term? Changes nothing (thesis, section 9.6).
    case preVoteRequest(VoteRequest)
    case preVoteAnswer(VoteAnswer)
    /// Vote for me.
    case voteRequest(VoteRequest)
    case voteAnswer(VoteAnswer)
    /// Entries, or a heartbeat without any.
    case append(AppendRequest)
    case appendAnswer(AppendAnswer)
    /// The snapshot that was sent beside the messages is complete.
    case snapshot(SnapshotOffer)
    /// Stand at once, without asking first (thesis, section 3.10).
    case timeoutNow(Term)
}
