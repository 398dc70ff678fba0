import Causality
import DataModel

/// Equal contexts imply equal live records, at every moment and not only at rest; tombstones and what
/// has expired apart, of which one node may have collected some that the other still has.
///
/// With one content under each dot (``DotChecker``) and pure resolvers (``ResolverChecker``) it follows
/// that readers of the two nodes see the same.
package struct EqualityChecker {
    /// The latest that any node's wall clock has shown, in milliseconds since 1970.
    package let latestWall: UInt64

    /// A checker; it keeps nothing else.
    package init(latestWall: UInt64) {
        self.latestWall = latestWall
    }

    /// Compares two surveys if their nodes have seen exactly the same.
    ///
    /// - Throws: a finding about a write that is live on one of them alone.
    package func check(_ left: ReplicaSurvey, _ right: ReplicaSurvey, _ history: WriteHistory) throws(Finding) {
        guard left.context == right.context else { return }
        for key in left.live.indices where !left.live[key].hasSamePlaces(as: right.live[key]) {
            try self.check(key, of: left, against: right, history)
            try self.check(key, of: right, against: left, history)
        }
    }

    private func check(
        _ key: Int, of one: ReplicaSurvey, against other: ReplicaSurvey, _ history: WriteHistory
    ) throws(Finding) {
        for place in one.live[key].subtracting(other.live[key]).places {
            let write = history.write(key: key, place: place)
            guard !write.isCollectable(latestWall: self.latestWall) else { continue }
            throw Finding(
                .equality,
                "\(one.node) and \(other.node) have seen the same writes, and one of key "
                    + "\(history.name(of: key)) is live on \(one.node) alone", [write.dot])
        }
    }
}
