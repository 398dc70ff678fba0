package import Causality

/// A node's term and its one vote in it: durable before anyone is told (Raft, figure 2 and section 5.2).
package struct Ballot: Hashable, Sendable {
    /// The latest term the node has seen.
    package var term: Term
    /// Whom it voted for in this term; nil if it has not voted.
    package var vote: PeerID?

    package init(term: Term = .zero, vote: PeerID? = nil) {
        self.term = term
        self.vote = vote
    }
}
