import Causality
import Platform

/// Writing index snapshots, in bounded pieces beside everything else; see ``SnapshotWriting``.
extension RecordJournal {
    /// Index snapshots written since the journal was opened.
    package var snapshotCount: UInt64 {
        self.snapshotter.finishedCount
    }

    /// Has an index snapshot written, if it would save the next opening anything: to be called before an orderly end.
    package func endSnapshots() {
        self.snapshotter.isEnding = true
    }

    /// Whether an index snapshot is being written, or still to be written before the end.
    package var isSnapshotting: Bool {
        guard !self.log.hasFailed else { return false }
        return self.snapshot != nil || self.isSnapshotDue
    }

    var snapshotWantsTurn: Bool {
        guard let snapshot = self.snapshot, !self.log.hasFailed, snapshot.job == nil else { return false }
        switch snapshot.phase {
        case .walking, .discarding: return true
        case .waiting: return self.log.syncedLSN >= snapshot.throughLSN
        case .installing, .discarded: return false
        }
    }

    /// Whether what has been appended must be synced before the index snapshot can be finished.
    var snapshotWantsSync: Bool {
        guard let snapshot = self.snapshot, snapshot.phase == .waiting else { return false }
        return self.log.syncedLSN < snapshot.throughLSN
    }

    func takeSnapshotJob() -> StorageJob? {
        guard !self.log.hasFailed, !self.isClosed else { return nil }
        if self.snapshot == nil { self.beginSnapshot() }
        guard let snapshot = self.snapshot, snapshot.job == nil else { return nil }
        switch snapshot.phase {
        case .walking:
            let goesOn = snapshot.walk(self.configuration.snapshots.keys, in: self.index)
            if !goesOn {
                snapshot.phase = .waiting
                snapshot.throughLSN = self.log.appendedLSN
            }
            return snapshot.isChunkFull ? self.job(of: snapshot, snapshot.takeChunk()) : nil
        case .waiting:
            guard self.log.syncedLSN >= snapshot.throughLSN else { return nil }
            snapshot.phase = .installing
            return self.job(of: snapshot, self.installSteps(snapshot))
        case .discarding:
            snapshot.phase = .discarded
            var steps: [StorageJob.Step] = [.close(snapshot.file)]
            if self.files.exists(snapshot.path) { steps.append(.remove(snapshot.path)) }
            return self.job(of: snapshot, steps)
        case .installing, .discarded: return nil
        }
    }

    /// Takes the end of a snapshot's job; ignores other jobs.
    func snapshotStored(_ id: UInt64, _ result: Result<Void, SystemCallError>) {
        guard let snapshot = self.snapshot, snapshot.job == id else { return }
        self.snapshot?.job = nil
        switch (snapshot.phase, result) {
        case (.discarded, _):
            self.snapshot = nil
        case (.walking, .success), (.waiting, .success), (.discarding, _): break
        case (.installing, .success):
            self.snapshotter.paths = [FileNames.snapshot(snapshot.number, in: self.snapshotDirectory)]
            self.snapshotter.lastLSN = snapshot.startLSN
            self.snapshotter.lastCompactedBytes = snapshot.compactedBytes
            self.snapshotter.finishedCount += 1
            self.snapshotter.failure = nil
            self.snapshot = nil
            if self.snapshotter.isDistrusted { self.distrustSnapshots() }
        case (.walking, .failure(let error)), (.waiting, .failure(let error)), (.installing, .failure(let error)):
            // It may have its name already. Then it is read like any other, or found wanting.
            self.noteSnapshotFailure(.unreadable(error))
            self.snapshot?.phase = .discarding
        }
    }

    /// Has the next start read the whole log, for a record was found that is not what was written: opening from a
    /// snapshot would not look at it. Removes all snapshots and writes no more.
    package func distrustSnapshots() {
        if !self.snapshotter.isDistrusted { self.upkeep.snapshotsDistrusted += 1 }
        self.snapshotter.isDistrusted = true
        for number in SnapshotList.read(in: self.snapshotDirectory, files: self.files) {
            try? self.files.remove(FileNames.snapshot(number, in: self.snapshotDirectory))
        }
        self.snapshotter.paths = []
    }

    private var snapshotDirectory: String {
        FileNames.index(in: self.directory)
    }

    private var isSnapshotDue: Bool {
        // It would have the next opening begin behind what leader mode has in the log.
        guard self.leadership.firstLSN == nil else { return false }
        let compacted = self.compactor.writtenBytes - self.snapshotter.lastCompactedBytes
        let news = self.log.appendedLSN - self.snapshotter.lastLSN + compacted
        if self.snapshotter.isEnding { return news >= UInt64(self.configuration.snapshots.atEnd) }
        return news >= max(UInt64(self.configuration.snapshots.every), self.log.usage.neededBytes / 2)
    }

    private func beginSnapshot() {
        guard !self.snapshotter.isDistrusted, self.isSnapshotDue, !self.log.hasGroup,
            self.compaction?.phase != .moving
        else { return }
        self.snapshotter.lastNumber += 1
        let path = FileNames.newSnapshot(self.snapshotter.lastNumber, in: self.snapshotDirectory)
        let usage = self.log.usage
        let sources = self.log.segments.indices.map { index in
            let (segment, entry) = (self.log.segments[index], usage.entries[index])
            return SnapshotFooter.Source(
                number: segment.number, firstLSN: segment.firstLSN, generation: segment.compaction?.generation ?? 0,
                goneBytes: entry.goneBytes, fixedBytes: entry.fixedBytes, oldestDeath: entry.oldestDeath)
        }
        let footer = SnapshotFooter(
            peers: [], context: self.state.context, floor: self.state.floor, ownSequence: self.state.own.sequence,
            ownChecksum: self.state.own.checksum, latestTimestamp: self.clock.latest, sources: sources)
        do throws(JournalError) {
            if !self.snapshotter.hasDirectory {
                // An earlier process may have made it and ended before its name was durable.
                try DurableDirectory.create(self.snapshotDirectory, files: self.files)
                try DurableDirectory.syncName(of: self.snapshotDirectory, files: self.files)
                self.snapshotter.hasDirectory = true
            }
            let file = try JournalError.unlessRefused { () throws(SystemCallError) in
                try self.files.open(path, .create)
            }
            self.snapshot = SnapshotWriting(
                path: path, number: self.snapshotter.lastNumber, file: file, peer: self.identity.peer,
                startLSN: self.log.appendedLSN, compactedBytes: self.compactor.writtenBytes, footer: footer)
        } catch {
            self.noteSnapshotFailure(error)
        }
    }

    private func noteSnapshotFailure(_ error: JournalError) {
        self.upkeep.snapshotsFailed += 1
        self.snapshotter.failure = error
        self.snapshotter.lastLSN = self.log.appendedLSN
        self.snapshotter.lastCompactedBytes = self.compactor.writtenBytes
        self.snapshotter.isEnding = false
    }

    private func installSteps(_ snapshot: SnapshotWriting) -> [StorageJob.Step] {
        let path = FileNames.snapshot(snapshot.number, in: self.snapshotDirectory)
        var steps = snapshot.takeChunk() + snapshot.takeEnd(self.log.segments, self.log.usage)
        steps.append(.sync(snapshot.file))
        steps.append(.rename(snapshot.path, to: path))
        steps.append(.syncDirectory(self.snapshotDirectory))
        steps += self.snapshotter.paths.filter { self.files.exists($0) }.map { .remove($0) }
        // Last, for after any other step that fails it is closed with what is discarded.
        steps.append(.close(snapshot.file))
        return steps
    }

    private func job(of snapshot: SnapshotWriting, _ steps: [StorageJob.Step]) -> StorageJob? {
        let id = self.log.takeJobNumber()
        snapshot.job = id
        return StorageJob(id: id, lane: .background, steps: steps)
    }

    /// The journal is being closed: what no job works on is closed too.
    func abandonSnapshot() {
        if let snapshot = self.snapshot, snapshot.job == nil { self.files.close(snapshot.file) }
        self.snapshot = nil
    }
}
