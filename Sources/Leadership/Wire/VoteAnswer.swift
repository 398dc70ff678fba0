/// The answer to a ``VoteRequest``.
package struct VoteAnswer: Hashable, Sendable {
    /// The voter's term.
    package var term: Term
    /// The term that was asked about.
    package var requested: Term
    package var isGranted: Bool

    package init(term: Term, requested: Term, isGranted: Bool) {
        self.term = term
        self.requested = requested
        self.isGranted = isGranted
    }
}
