package import Causality
package import Journal

/// A restart finds a prefix of what was written: everything kept, nothing invented, batches whole.
package struct RecoveryChecker {
    /// Whether what had been written may be missing at the log's end: it was damaged there, and cut off.
    package let isDiskDamaged: Bool
    /// Whether the node's machine went back in time, and nobody who knows of it has answered yet. What it had synced
    /// before may come back to it from others, and be missing again: that is no loss, and its dots stay taken.
    package let isBehind: Bool

    /// A checker; what it learns goes into the history.
    package init(isDiskDamaged: Bool = false, isBehind: Bool = false) {
        self.isDiskDamaged = isDiskDamaged
        self.isBehind = isBehind
    }

    /// Compares what a process has found with what its predecessor had, and tells the history which
    /// writes are lost for good.
    ///
    /// - Parameters:
    ///   - number: the node's number, by which the history names the writer.
    ///   - isKnown: whether another node has seen a dot.
    /// - Throws: a finding about what is missing or should not be there.
    package func check(
        _ journal: RecordJournal, after stop: StopRecord, node: String, number: Int, _ history: WriteHistory,
        isKnown: (Dot) -> Bool = { _ in false }
    ) throws(Finding) {
        let context = journal.context
        guard self.isDiskDamaged || context.isSuperset(of: stop.syncedContext) else {
            let lost = stop.syncedContext.subtracting(context).map {
                Dot(peer: $0.peer, sequence: $0.ranges[0].lowerBound)
            }
            throw Finding(.recovery, "\(node) has lost dots that it had claimed to have durably", lost)
        }
        guard stop.context.isSuperset(of: context) else {
            throw Finding(.recovery, "\(node) has found dots that it never had")
        }
        guard
            self.isDiskDamaged || journal.floor.entries.allSatisfy({ $0.sequence >= stop.syncedFloor[$0.peer] }),
            self.isDiskDamaged || stop.syncedFloor.entries.allSatisfy({ journal.floor[$0.peer] >= $0.sequence })
        else { throw Finding(.recovery, "the floor of \(node) has sunk") }
        try self.checkOwnWrites(journal, stop, node, number, history, isKnown)
        try self.checkState(journal, stop, node)
    }

    /// The log that was found ends somewhere; what it stands for is what it stood for there when it was
    /// written, exactly: live records, context and floor.
    private func checkState(_ journal: RecordJournal, _ stop: StopRecord, _ node: String) throws(Finding) {
        let header = journal.opening.minted == nil ? 0 : RecoveryChecker.segmentHeaderLength
        guard journal.appendedLSN >= header,
            let state = LogState.expected(at: journal.appendedLSN - header, among: stop.states)
        else { return }
        guard journal.liveHash == state.liveHash, journal.context == state.context, journal.floor == state.floor else {
            let part = journal.liveHash != state.liveHash ? "live records" : "context or floor"
            throw Finding(
                .recovery,
                "\(node) has found a log up to \(journal.appendedLSN), and not the \(part) that it stood for at "
                    + "\(state.lsn)")
        }
    }

    /// A new peer ID begins with a new segment.
    private static let segmentHeaderLength: UInt64 = 64

    private func checkOwnWrites(
        _ journal: RecordJournal, _ stop: StopRecord, _ node: String, _ number: Int, _ history: WriteHistory,
        _ isKnown: (Dot) -> Bool
    ) throws(Finding) {
        guard stop.sequence > 0 else { return }
        let keepsIdentity = journal.identity.peer == stop.peer
        let context = journal.context
        var firstMissing: Dot?
        for sequence in 1...stop.sequence {
            let dot = Dot(peer: stop.peer, sequence: sequence)
            guard let index = history.index(of: dot) else { continue }
            let write = history.writes[index]
            // Of a twin's write this node was told like of any other's, and it lies elsewhere in this log.
            guard write.node == number else { continue }
            guard !context.contains(dot) else {
                if let firstMissing {
                    throw Finding(
                        .recovery, "\(node) has found a later write but not an earlier one", [firstMissing, dot])
                }
                // What an opening finds it makes durable, whatever the process before had got done.
                history.noteSynced(index)
                continue
            }
            if self.isBehind, write.isSynced { continue }
            if self.isDiskDamaged, write.isSynced, isKnown(dot) || !keepsIdentity {
                // Others have it by this name, or may, and this node gives the name to no other.
                if firstMissing == nil { firstMissing = dot }
                continue
            }
            guard write.heldUntil > stop.keptLSN || self.isDiskDamaged else {
                throw Finding(
                    .recovery, "\(node) has lost a write of key \(history.name(of: write.key)) that was on its disk",
                    [dot])
            }
            if let batch = write.batch, context.contains(Dot(peer: stop.peer, sequence: batch.lowerBound)) {
                throw Finding(.batch, "\(node) has found a part of a batch", [dot])
            }
            if firstMissing == nil { firstMissing = dot }
            history.lose(index)
        }
    }
}
