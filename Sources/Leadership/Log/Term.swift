/// An election epoch: at most one leader acts in each. Raft, section 5.1.
package struct Term: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// How many elections were called before, at most.
    package let rawValue: UInt64

    /// The term before the first election.
    package static let zero = Term(rawValue: 0)
    /// No message may name a later one, so that counting on never overflows.
    package static let maximum = Term(rawValue: 1 << 62)

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The term after this one.
    package var next: Term { Term(rawValue: self.rawValue + 1) }

    package var description: String { "\(self.rawValue)" }

    package static func < (left: Term, right: Term) -> Bool {
        left.rawValue < right.rawValue
    }
}
