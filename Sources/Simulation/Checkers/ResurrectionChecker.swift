import Causality

/// What a node has once seen replaced does not become live there again.
///
/// - Invariant: `dead` holds only what was claimed and not live during the present life of the process:
///   a crash may take a replacement back that nobody was told of.
package struct ResurrectionChecker {
    private var dead: [PlaceSet] = []

    /// A checker that has seen nothing yet.
    package init() {}

    /// Forgets what was seen, at the start of a process.
    package mutating func restart() {
        self.dead.removeAll()
    }

    /// - Throws: a finding about a record that has come back.
    package mutating func check(_ survey: ReplicaSurvey, _ history: WriteHistory) throws(Finding) {
        while self.dead.count < survey.live.count { self.dead.append(PlaceSet()) }
        for key in survey.live.indices {
            if let place = survey.live[key].firstCommon(with: self.dead[key]) {
                throw Finding(
                    .resurrection,
                    "a write of key \(history.name(of: key)) had ended on \(survey.node) and is live "
                        + "again", [history.write(key: key, place: place).dot])
            }
            self.dead[key].formUnion(survey.claimed[key], without: survey.live[key])
        }
    }

    /// Nothing is live that any write in the context replaces.
    ///
    /// - Throws: a finding about a record that should have ended.
    package static func checkReplaced(_ survey: ReplicaSurvey, _ history: WriteHistory) throws(Finding) {
        for key in survey.live.indices {
            guard let place = survey.live[key].firstCommon(with: survey.replaced[key]) else { continue }
            throw Finding(
                .resurrection,
                "a write of key \(history.name(of: key)) is live on \(survey.node) although it was "
                    + "replaced", [history.write(key: key, place: place).dot])
        }
    }
}
