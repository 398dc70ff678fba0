import Platform

/// Packing segments together, in bounded pieces beside everything else; see ``Compaction``.
extension RecordJournal {
    /// Begins to look through all complete segments and to leave out what is not needed any more, however little.
    package func compact() {
        guard let last = self.log.segments.last else { return }
        self.compactor.pass = Compactor.Pass(nextLSN: 0, endLSN: last.firstLSN, isForced: true)
        self.compactor.lookedAt = nil
        self.compactor.failedAt = nil
    }

    /// Begins no more jobs of compactions; to be called before an orderly end.
    package func stopCompaction() {
        self.compactor.isStopped = true
    }

    /// Whether a job of a compaction is under way.
    package var hasCompactionJob: Bool {
        self.compaction?.job != nil
    }

    /// Whether there is more for ``takeBackgroundJob()`` to do at once, without waiting for anything.
    package var wantsTurn: Bool {
        self.compactionWantsTurn || self.snapshotWantsTurn || self.peersWantTurn
            || self.index.ledger.held.hasAbandoned
    }

    private var compactionWantsTurn: Bool {
        guard let compaction = self.compaction, !self.log.hasFailed else { return false }
        switch compaction.phase {
        case .copying:
            let hasRoom = compaction.output.pendingCount < self.configuration.compaction.pendingLength
            return !self.compactor.isStopped && (compaction.job == nil || (hasRoom && !compaction.isCopied))
        case .moving: return true
        case .sealing, .installing, .removing, .discarding, .discarded:
            return !self.compactor.isStopped && compaction.job == nil
        }
    }

    /// Whether a sync is wanted even if nobody waits for one: without it complete segments could not be compacted,
    /// nor an index snapshot finished.
    package var wantsSync: Bool {
        guard !self.log.isFlushing, let last = self.log.segments.last else { return false }
        return self.log.syncedLSN <= last.firstLSN || self.snapshotWantsSync
    }

    func takeCompactionJob() -> StorageJob? {
        guard !self.log.hasFailed, !self.isClosed else { return nil }
        // Once stopped, only what needs no job goes on.
        if self.compactor.isStopped, self.compaction?.phase != .moving { return nil }
        if self.compaction == nil { self.beginCompaction() }
        guard let compaction = self.compaction else { return nil }
        switch compaction.phase {
        case .copying: return self.copyMore()
        case .moving: return self.moveMore()
        case .sealing, .discarded: return nil
        case .installing:
            let replaced = compaction.sources[0]
            self.log.handles.renamed = (replaced.segment.number, replaced.file)
            return self.compactionJob([
                .rename(compaction.output.path, to: compaction.sources[0].segment.path),
                .syncDirectory(self.log.directory),
            ])
        case .removing: return self.compactionJob(self.removalSteps(compaction))
        case .discarding:
            guard compaction.job == nil else { return nil }
            self.compaction?.phase = .discarded
            return self.compactionJob(
                compaction.sources.map { .close($0.file) }
                    + [.close(compaction.output.file), .remove(compaction.output.path)])
        }
    }

    /// The job with these steps; nil while one is under way.
    func compactionJob(_ steps: [StorageJob.Step]) -> StorageJob? {
        guard self.compaction?.job == nil else { return nil }
        let id = self.log.takeJobNumber()
        self.compaction?.job = id
        return StorageJob(id: id, lane: .background, steps: steps)
    }

    /// Takes the end of a compaction's job; ignores other jobs. Jobs that follow are taken with the next turn.
    func compactionStored(_ id: UInt64, _ result: Result<Void, SystemCallError>) {
        guard let compaction = self.compaction, compaction.job == id else { return }
        self.compaction?.job = nil
        var cause: SystemCallError?
        if case .failure(let error) = result { cause = error }
        switch compaction.phase {
        case .copying:
            if let cause { self.discard(.unreadable(cause)) }
        case .sealing:
            if let cause { self.discard(.unreadable(cause)) } else { self.compaction?.phase = .installing }
        case .installing:
            // Whether the name was changed can be seen. If it was, but may not be durable, a crash may bring
            // back the old one; both say the same, and nothing else is removed before it is.
            if let cause, self.files.exists(compaction.output.path) {
                self.discard(.unreadable(cause))
            } else {
                self.install()
            }
        case .removing, .discarded:
            self.endCompaction(cause)
        case .moving, .discarding: break
        }
    }
}
