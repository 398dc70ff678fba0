import Causality

/// No write that was acknowledged as durable is lost, unless its only holder lost its disk; nor is one
/// that a reader was shown, or that was durable without anybody waiting for that.
package struct DurabilityChecker {
    /// Whether an acknowledgement means that the write is durable.
    package let isAcknowledgedDurable: Bool

    /// A checker for a cluster whose acknowledgements mean that, or do not.
    package init(isAcknowledgedDurable: Bool) {
        self.isAcknowledgedDurable = isAcknowledgedDurable
    }

    /// Checks a survey of a cluster at rest: what the context has is held by ``ClaimChecker``'s rule.
    ///
    /// - Throws: a finding about an acknowledged write that is nowhere.
    package func check(_ survey: ReplicaSurvey, _ history: WriteHistory) throws(Finding) {
        for write in history.writes where !write.isExcused {
            let isPromised = write.isAcknowledged || write.isTold
            guard write.isSynced || (isPromised && self.isAcknowledgedDurable) else { continue }
            guard write.isLost || !survey.claimed[write.key].contains(write.place) else { continue }
            throw Finding(
                .durability,
                "a write of key \(history.name(of: write.key)) was \(write.isTold ? "shown" : "acknowledged") by "
                    + "node \(write.node + 1) and is lost", [write.dot])
        }
    }
}
