/// How far the compaction of segments has come.
package struct CompactionStatus: Hashable, Sendable {
    /// Whether segments are being compacted at this moment.
    package var isRunning: Bool
    /// Whether all segments are being gone through because somebody asked for it.
    package var isForced: Bool
    /// Of the pass through all segments that is under way, how many bytes of the log it has to go through.
    package var passBytes: UInt64
    /// How many of them it has gone through.
    package var passedBytes: UInt64
    /// Compacted segments put in place since the journal was opened.
    package var finished: UInt64
    /// Bytes of files freed since then.
    package var freedBytes: UInt64
    /// Why the last compaction failed, until one succeeds.
    package var failure: JournalError?
}

extension RecordJournal {
    /// How far the compaction of segments has come.
    package var compactionStatus: CompactionStatus {
        let pass = self.compactor.pass
        let total = pass?.endLSN ?? 0
        return CompactionStatus(
            isRunning: self.compaction != nil, isForced: pass?.isForced ?? false, passBytes: total,
            passedBytes: min(total, pass?.nextLSN ?? 0), finished: self.compactor.finishedCount,
            freedBytes: self.compactor.freedBytes, failure: self.compactor.failure)
    }

    /// What compactions and index snapshots have met since the journal was opened.
    package var upkeepCounters: UpkeepCounters {
        var counters = self.upkeep
        counters.readsWhileMoving = self.log.readsWhileMoving
        return counters
    }

    /// Bytes of the frames of all live records.
    package var liveBytes: UInt64 {
        self.log.usage.neededBytes
    }

    /// Bytes of all files of the log, those that are being prepared or given up among them.
    package var diskBytes: UInt64 {
        var bytes = self.log.usage.entries.reduce(0) { $0 + $1.fileBytes }
        bytes += self.log.preparedBytes
        guard let compaction = self.compaction else { return bytes }
        switch compaction.phase {
        case .copying, .sealing, .installing, .discarding, .discarded: bytes += compaction.output.length
        case .moving, .removing: bytes += compaction.replacedBytes
        }
        return bytes
    }
}
