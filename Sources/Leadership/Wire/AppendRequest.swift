/// Entries from the leader of a term.
package struct AppendRequest: Hashable, Sendable {
    package var term: Term
    /// The heartbeat that this belongs to; counts up while one leads.
    package var round: UInt64
    /// What must stand in front of the entries.
    package var previous: LogPosition
    package var entries: [LeadershipEntry]
    /// Entries up to here are committed.
    package var commit: UInt64

    package init(term: Term, round: UInt64, previous: LogPosition, entries: [LeadershipEntry], commit: UInt64) {
        self.term = term
        self.round = round
        self.previous = previous
        self.entries = entries
        self.commit = commit
    }
}
