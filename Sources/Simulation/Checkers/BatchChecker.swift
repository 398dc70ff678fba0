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
        for index in history.batchMembers {
            let write = history.writes[index]
            guard !write.isLost, survey.claimed[write.key].contains(write.place), let batch = write.batch else {
                continue
            }
            for sequence in batch {
                let dot = Dot(peer: write.dot.peer, sequence: sequence)
                guard self.floors[dot.peer] < sequence, let member = history[dot],
                    !survey.claimed[member.key].contains(member.place)
                else { continue }
                let isReplaced = history.writesOfKey[member.key].contains { index in
                    !history.writes[index].isLost && history.writes[index].replaced.contains(member.place)
                }
                guard !isReplaced else { continue }
                throw Finding(.batch, "\(survey.node) shows a part of a batch", [write.dot, dot])
            }
        }
    }
}
