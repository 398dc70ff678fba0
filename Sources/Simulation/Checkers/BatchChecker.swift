package import Causality

/// A batch is seen whole: where one member has arrived, every other has too, or was replaced, or was a
/// tombstone that somebody has collected.
package struct BatchChecker {
    /// What any node has ever said it may have collected.
    package let floors: VersionVector

    /// A checker; it keeps nothing else.
    package init(floors: VersionVector) {
        self.floors = floors
    }

    /// - Throws: a finding about a batch that is there in part.
    package func check(_ survey: ReplicaSurvey, _ history: WriteHistory) throws(Finding) {
        for batch in history.batches {
            let isClaimed = { (index: Int) in
                survey.claimed[history.writes[index].key].contains(history.writes[index].place)
            }
            // A batch is lost as a whole, or not at all.
            guard !history.writes[batch.lowerBound].isLost, let seen = batch.first(where: isClaimed) else { continue }
            for index in batch where !isClaimed(index) {
                let member = history.writes[index]
                guard self.floors[member.dot.peer] < member.dot.sequence else { continue }
                let isReplaced = history.writesOfKey[member.key].contains { index in
                    !history.writes[index].isLost && history.writes[index].replaced.contains(member.place)
                }
                guard !isReplaced else { continue }
                throw Finding(
                    .batch, "\(survey.node) shows a part of a batch", [history.writes[seen].dot, member.dot])
            }
        }
    }
}
