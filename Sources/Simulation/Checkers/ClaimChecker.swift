import Causality
import DataModel

/// Whatever a context claims, its node holds, or it holds a successor.
///
/// Tombstones may have been collected; everything else must be live unless a claimed write replaces it.
package struct ClaimChecker {
    /// A checker; it keeps nothing.
    package init() {}

    /// - Throws: a finding about a claimed write that is neither live nor replaced.
    package func check(_ survey: ReplicaSurvey, _ history: WriteHistory) throws(Finding) {
        for key in survey.claimed.indices {
            let missing = survey.expectedLive(key).subtracting(survey.live[key])
            guard !missing.isEmpty else { continue }
            for place in missing.places {
                let write = history.write(key: key, place: place)
                guard write.operation != .delete else { continue }
                let live = survey.live[key].places.map { history.write(key: key, place: $0).dot }
                throw Finding(
                    .claim,
                    "\(survey.node) claims a write of key \(history.name(of: key)) but holds neither it nor a "
                        + "successor; live there: \(live)",
                    [write.dot])
            }
        }
    }
}
