/// Where an entry stands in the leader's order, and the term it was proposed in.
///
/// Two logs that hold an entry of the same position are equal up to it (Raft, section 5.3). The order is
/// that of completeness: the later term first, then the higher index (section 5.4.1).
package struct LogPosition: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// From 1; zero stands before the first entry.
    package var index: UInt64
    /// The term of the leader that proposed the entry.
    package var term: Term

    /// Before the first entry.
    package static let zero = LogPosition(index: 0, term: .zero)

    package init(index: UInt64, term: Term) {
        self.index = index
        self.term = term
    }

    package var description: String { "\(self.index)@\(self.term)" }

    package static func < (left: LogPosition, right: LogPosition) -> Bool {
        (left.term, left.index) < (right.term, right.index)
    }
}
