package import Causality

/// The answer to an ``AppendRequest`` or a ``SnapshotOffer``.
package struct AppendAnswer: Hashable, Sendable {
    /// What the follower found.
    package enum Outcome: Hashable, Sendable {
        /// Its log is the leader's up to here, on disk.
        case matched(UInt64)
        /// It lacks the entry that should stand at `refused`; up to `hint` the logs may agree.
        case conflict(refused: UInt64, hint: LogPosition)
        /// The leader's term is over; who leads now, if known.
        case fenced(PeerID?)
    }

    /// The follower's term.
    package var term: Term
    /// The latest round it has heard.
    package var round: UInt64
    package var outcome: Outcome

    package init(term: Term, round: UInt64, outcome: Outcome) {
        self.term = term
        self.round = round
        self.outcome = outcome
    }
}
