/// One entry of the leader's order.
package struct LeadershipEntry: Hashable, Sendable {
    /// What an entry is about.
    package enum Content: Hashable, Sendable {
        /// The first entry of every term: with it a new leader learns what is committed (Raft, section 8).
        case start
        /// Bytes that the decider does not look into.
        case payload([UInt8])
        /// Who votes and who listens from this entry on.
        case electorate(Electorate)
    }

    package let position: LogPosition
    package let content: Content

    package init(position: LogPosition, content: Content) {
        self.position = position
        self.content = content
    }

    /// About how many bytes the entry takes on the wire: what credit is counted in.
    package var size: Int {
        switch self.content {
        case .start: 24
        case .payload(let bytes): 32 + bytes.count
        case .electorate(let electorate): 32 + 8 * (electorate.voters.count + electorate.learners.count)
        }
    }
}
