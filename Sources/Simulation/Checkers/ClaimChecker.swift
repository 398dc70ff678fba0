package import Causality
import DataModel

/// Whatever a context claims, its node holds, or it holds a successor.
///
/// Tombstones, and what has expired by any node's clock, may have been collected; then the node's floor
/// says so. Writes of a forgotten peer that were declared void are held by nobody: what had replaced them, where
/// they were written, is as yet unknown to the others. Everything else must be live unless a claimed write
/// replaces it.
package struct ClaimChecker {
    /// The latest that any node's wall clock has shown, in milliseconds since 1970.
    package let latestWall: UInt64
    /// What was declared void.
    package let voids: CausalContext

    /// A checker; it keeps nothing else.
    package init(latestWall: UInt64, voids: CausalContext = CausalContext()) {
        self.latestWall = latestWall
        self.voids = voids
    }

    /// - Throws: a finding about a claimed write that is neither live, nor replaced, nor properly collected.
    package func check(_ survey: ReplicaSurvey, _ history: WriteHistory) throws(Finding) {
        for key in survey.claimed.indices {
            let missing = survey.tips[key].subtracting(survey.live[key])
            guard !missing.isEmpty else { continue }
            for place in missing.places {
                let write = history.write(key: key, place: place)
                guard !self.voids.contains(write.dot) else { continue }
                guard !write.isCollectable(latestWall: self.latestWall) else {
                    try self.checkFloor(write, survey, history)
                    continue
                }
                let live = survey.live[key].places.map { history.write(key: key, place: $0).dot }
                throw Finding(
                    .claim,
                    "\(survey.node) claims a write of key \(history.name(of: key)) but holds neither it nor a "
                        + "successor; live there: \(live)",
                    [write.dot])
            }
        }
    }

    private func checkFloor(
        _ write: RecordedWrite, _ survey: ReplicaSurvey, _ history: WriteHistory
    ) throws(Finding) {
        guard survey.floor[write.dot.peer] < write.dot.sequence else { return }
        throw Finding(
            .claim,
            "\(survey.node) has collected a tombstone of key \(history.name(of: write.key)), and its floor does "
                + "not say so", [write.dot])
    }
}
