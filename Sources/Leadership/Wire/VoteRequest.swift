/// A request for a vote, or for the promise of one.
package struct VoteRequest: Hashable, Sendable {
    /// The term that the vote would be for.
    package var term: Term
    /// The candidate's last entry.
    package var last: LogPosition
    /// The present leader asked the candidate to take over, so nobody is to wait for silence.
    package var isTransfer: Bool

    package init(term: Term, last: LogPosition, isTransfer: Bool = false) {
        self.term = term
        self.last = last
        self.isTransfer = isTransfer
    }
}
