package import Causality
import DataModel
import Journal
package import Replication

/// Every concurrent pair was once visible as a conflict.
///
/// Two writes are concurrent if neither replaces the other, by the ghost history. "Once" cannot mean that
/// some node showed just these two: one of them may have been replaced elsewhere by a write that knew
/// nothing of the other, which then is concurrent with that write in its stead. What holds is: a node that
/// has seen both, and nothing that replaces either, shows both as siblings, at every moment.
///
/// From this the statement follows for all pairs. Both reach every node in the end (``DurabilityChecker``,
/// ``ConvergenceChecker``). Take the first moment at which some node has seen both. Either nothing that it
/// has seen replaces one of them: then they are shown there. Or some write does. A write that replaces one
/// and not the other takes that one's place in the pair, and there are finitely many writes. A write that
/// replaces both was made at a node that had them, or what replaces them, live side by side when it was
/// made: they were shown there.
package struct ConflictChecker {
    /// The latest that any node's wall clock has shown, in milliseconds since 1970.
    package let latestWall: UInt64
    /// What was declared void: such a write is claimed and not held, and what it had replaced may live on.
    package let voids: CausalContext

    /// A checker; it keeps nothing else.
    package init(latestWall: UInt64, voids: CausalContext = CausalContext()) {
        self.latestWall = latestWall
        self.voids = voids
    }

    /// Compares the conflicts that a replica tells of with those that the history wants.
    ///
    /// Keys with a write that can expire are left out: when the node notices that is its own affair. So are keys with a
    /// write that was declared void.
    ///
    /// - Throws: a finding about a pair that is not shown, or a conflict that is none.
    package func check(
        _ survey: ReplicaSurvey, _ replica: Replica, _ history: WriteHistory
    ) throws(Finding) {
        var shown = Set<[UInt8]>()
        for slot in replica.conflicts(limit: .max) { shown.insert(replica.journal.index.key(of: slot)) }
        for key in survey.claimed.indices {
            var visible = 0
            survey.tips[key].visit { place in
                if history.writes[history.writesOfKey[key][place]].operation != .delete { visible += 1 }
            }
            let isShown = !shown.isEmpty && shown.contains(history.keys[key])
            guard isShown != (visible > 1) else { continue }
            let tips = survey.tips[key].places.map { history.write(key: key, place: $0) }
                .filter { $0.operation != .delete }
            guard !tips.contains(where: { $0.expiry != nil }), !self.hasVoid(key, history) else { continue }
            throw Finding(
                .conflict,
                isShown
                    ? "\(survey.node) shows a conflict of key \(history.name(of: key)) that is none"
                    : "\(survey.node) has concurrent writes of key \(history.name(of: key)) and shows no conflict",
                tips.map(\.dot))
        }
    }

    private func hasVoid(_ key: Int, _ history: WriteHistory) -> Bool {
        !self.voids.isEmpty
            && history.writesOfKey[key].contains { self.voids.contains(history.writes[$0].dot) }
    }

    /// Checks at rest that clients read exactly the concurrent writes of every key that has several.
    ///
    /// - Throws: a finding about siblings that are too many or too few.
    package func checkSiblings(
        _ survey: ReplicaSurvey, _ replica: Replica, _ history: WriteHistory
    ) throws(Finding) {
        for key in survey.claimed.indices where survey.tips[key].count > 1 && !self.hasVoid(key, history) {
            try VisibilityChecker(latestWall: self.latestWall).check(
                history.keys[key], replica, node: survey.node, history)
        }
    }
}
