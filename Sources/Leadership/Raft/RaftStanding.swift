package import Causality

/// What part a node plays, for its owner's events and answers.
package enum RaftStanding: Hashable, Sendable {
    /// It follows this leader; nil while it knows of none.
    case follower(Term, leader: PeerID?)
    /// It asks whether others would vote for it.
    case preCandidate(Term)
    /// It asks for votes.
    case candidate(Term)
    /// It leads.
    case leader(Term)

    package var term: Term {
        switch self {
        case .follower(let term, _), .preCandidate(let term), .candidate(let term), .leader(let term): term
        }
    }
}
