import ByteCoding
package import Causality
import DataModel
package import Platform

/// One node's log and the index of what is live in it: its store.
///
/// Everything is called on one thread. Nothing here waits for the disk while a node runs: what must
/// be written is handed out as storage jobs, whose ends come back through ``stored(_:_:)``. Opening,
/// closing, minting and reading values are synchronous.
///
/// - Invariant: every dot of ``context`` is live here, or is covered by what is, or properly was.
/// - Invariant: what ``syncedContext`` claims survives a crash.
package final class RecordJournal {
    let files: any FileSystem
    let directory: String
    let configuration: JournalConfiguration
    let lock: DirectoryLock
    /// That accesses do not overlap is not checked, for every turn asks many times how far the log is: nothing
    /// that the log calls, which is the file system alone, comes back to this journal.
    @exclusivity(unchecked) private var uncheckedLog: SegmentedLog
    // Nor is it for these, which every write changes: they are values, and nothing done to them calls anybody.
    @exclusivity(unchecked) private var uncheckedState: CausalState
    @exclusivity(unchecked) private var uncheckedClock: HybridClock
    @exclusivity(unchecked) private var uncheckedIdentity: Identity
    @exclusivity(unchecked) private var uncheckedOwnSequence: UInt64
    /// As of what is durable.
    var synced: CausalState
    /// The bytes of the record read last.
    var scratch: [UInt8] = []
    var isClosed = false
    /// What is being packed together, if anything is.
    var compaction: Compaction?
    var compactor = Compactor()
    /// The index snapshot being written, if one is.
    var snapshot: SnapshotWriting?
    var snapshotter = Snapshotter()
    /// What leader mode has in the log.
    var leadership: LeadershipFrames
    /// What is known of peers, on its way to the disk.
    var peers = PeersKeeping()
    /// Leadership frames found under a peer ID that the directory has no more.
    var orphanedFrames: [LeadershipFrame] = []
    /// What is intact of a log that was found damaged, until it has been taken back.
    var salvaged: SalvagedLog?
    /// The last key that was taken back.
    var restoredKey: [UInt8]?
    /// Records taken back that no peer had.
    package internal(set) var restoredCount: UInt64 = 0

    /// What compactions and index snapshots have met, but for what the log counts.
    var upkeep = UpkeepCounters()

    /// The first record that could not be read since the journal was opened, and why: its bytes are not
    /// what was written, or the system does not give them. Nil while all is well. Whoever operates the node
    /// should be told: it holds less than it claims, though it serves nothing wrong.
    package internal(set) var damage: JournalError?
    /// What was found when the journal was opened.
    package let opening: OpeningReport
    /// What an earlier process had stored of its peers.
    package let storedPeers: PeersFile
    /// The live records. Callers MUST NOT change it.
    package let index: LiveIndex

    init(
        directory: String, files: any FileSystem, configuration: JournalConfiguration, lock: DirectoryLock,
        log: SegmentedLog, state: CausalState, identity: Identity, opening: OpeningReport, index: LiveIndex,
        leadership: LeadershipFrames, storedPeers: PeersFile
    ) {
        self.directory = directory
        self.files = files
        self.configuration = configuration
        self.lock = lock
        unsafe self.uncheckedLog = log
        unsafe self.uncheckedState = state
        self.synced = state
        unsafe self.uncheckedIdentity = identity
        self.opening = opening
        self.index = index
        self.leadership = leadership
        self.storedPeers = storedPeers
        unsafe self.uncheckedClock = HybridClock(latest: opening.latestTimestamp)
        unsafe self.uncheckedOwnSequence = max(state.own.sequence, state.context[identity.peer].highest)
    }

    var log: SegmentedLog {
        _read { yield unsafe self.uncheckedLog }
        _modify { yield unsafe &self.uncheckedLog }
    }

    /// As of what has been appended; the live hash is the index's.
    var state: CausalState {
        _read { yield unsafe self.uncheckedState }
        _modify { yield unsafe &self.uncheckedState }
    }

    /// Never behind any timestamp in the log or heard of.
    var clock: HybridClock {
        _read { yield unsafe self.uncheckedClock }
        _modify { yield unsafe &self.uncheckedClock }
    }

    /// Who writes here.
    package internal(set) var identity: Identity {
        _read { yield unsafe self.uncheckedIdentity }
        _modify { yield unsafe &self.uncheckedIdentity }
    }

    /// The highest sequence of this peer that is known; the next write has the next one.
    package internal(set) var ownSequence: UInt64 {
        _read { yield unsafe self.uncheckedOwnSequence }
        _modify { yield unsafe &self.uncheckedOwnSequence }
    }

    /// Where what has been appended ends.
    package var appendedLSN: UInt64 { self.log.appendedLSN }
    /// Where what has been written to files ends.
    package var writtenLSN: UInt64 { self.log.writtenLSN }
    /// Where what survives a crash ends.
    package var syncedLSN: UInt64 { self.log.syncedLSN }

    /// Every dot that has been seen.
    package var context: CausalContext { self.state.context }
    /// The context as of ``syncedLSN``: all that may be claimed to others.
    package var syncedContext: CausalContext { self.synced.context }
    /// The sequences below which tombstones may have been collected.
    package var floor: VersionVector { self.state.floor }
    package var syncedFloor: VersionVector { self.synced.floor }
    /// This peer's newest own record as of ``syncedLSN``: its sequence, and the CRC of its bytes.
    package var syncedOwn: (sequence: UInt64, checksum: UInt32) { self.synced.own }
    /// Order-independent sums over all live records.
    package var liveHash: (UInt64, UInt64) { self.index.liveHash }
    package var syncedLiveHash: (UInt64, UInt64) { self.synced.liveHash }
    // Asked of the stored property, for the reason that SegmentedLog+Questions.swift gives.
    /// Why nothing is written any more; nil while all is well.
    package var failure: JournalError? { unsafe self.uncheckedLog.failure }
    /// Whether nothing is written any more; see ``failure``, which is dearer to ask for.
    package var hasFailed: Bool { self.log.hasFailed }
    /// Why the system does not take what is to be written; nil while all is well. See ``takeAnotherAttempt()``.
    package var refusal: SystemCallError? { self.isRefused ? unsafe self.uncheckedLog.refusal : nil }
    /// Why nothing is written now: the ``failure``, or else the ``refusal``.
    package var writeObstacle: JournalError? { self.failure ?? self.refusal.map { .refused($0) } }
    /// Whether there is a ``refusal``, which is dearer to ask for.
    package var isRefused: Bool { self.log.isRefused }
    /// How often bytes were written once more that had been refused.
    package var attempts: UInt64 { self.log.attempts }
    /// How often there was room for another segment again after there had been none.
    package var resumptions: UInt64 { self.log.resumptions }
    /// Files that are open: the lock, segments, and the one prepared to be the next.
    package var openFileCount: Int {
        1 + self.log.handles.count + (self.log.hasSpare ? 1 : 0) + (self.peers.job == nil ? 0 : 1)
    }
    /// Files of the log.
    package var segmentCount: Int { self.log.segments.count }

    /// Whether `byteCount` bytes of frames can be appended now. Ask before every write, join or batch;
    /// what has been admitted MUST be appended before anything else is asked for.
    package func admit(byteCount: Int) -> Admission {
        self.log.admit(byteCount)
    }

    /// Returns the job that writes what has been appended, synced if asked to; also one that only
    /// syncs what was written without. Nil if there is nothing to do or such a job is under way.
    package func takeFlush(sync: Bool) -> StorageJob? {
        guard self.log.hasFlush(sync: sync) else { return nil }
        var state = self.state
        state.liveHash = self.index.liveHash
        return self.log.takeFlush(sync: sync, state: state)
    }

    /// Returns the job that writes once more what the system has refused to take; nil if nothing was, or such a
    /// job is under way. As long as something is refused, whoever waits for ``syncedLSN`` goes on waiting, and no more
    /// is admitted.
    package func takeAnotherAttempt() -> StorageJob? { self.log.takeAnotherAttempt() }

    /// Does a bounded piece of what can be done beside the writing, and returns a job that is part of it: the one
    /// that prepares the next segment, or one of a compaction. To be called in every turn.
    package func takeBackgroundJob() -> StorageJob? {
        self.letGoOfHeld()
        return self.log.takePreparation() ?? self.takePeersJob() ?? self.takeCompactionJob()
            ?? self.takeSnapshotJob()
    }

    /// Takes the end of a storage job. Ends of other owners' jobs are ignored.
    ///
    /// After a failed sync ``failure`` is set for good: whoever waits for ``syncedLSN`` MUST be told. After a failed
    /// write there is a ``refusal``, and another attempt MUST be made after a while.
    package func stored(_ id: UInt64, _ result: Result<Void, SystemCallError>) {
        if self.log.isPreparing { self.log.prepared(id, result) }
        if self.compaction != nil { self.compactionStored(id, result) }
        if self.snapshot != nil { self.snapshotStored(id, result) }
        if self.peers.job != nil { self.peersStored(id, result) }
        if let state = self.log.flushed(id, result) { self.becomeSynced(state) }
    }

    /// Takes a new identity while running: everything is flushed, and a segment of the new peer ID
    /// begun, by synchronous calls. The peer's own sequence starts again from 1.
    ///
    /// - Throws: ``JournalError/busy`` while a commit job is under way; then nothing has changed.
    package func mint(_ id: PeerID) throws(JournalError) {
        guard id != self.identity.peer, !self.identity.lineage.contains(id), self.state.context[id].isEmpty else {
            throw .identityInUse(id)
        }
        guard self.identity.lineage.count < Identity.lineageMaximum else {
            throw .tooManyIdentities(file: FileNames.identity(in: self.directory))
        }
        try self.log.flushNow()
        var next = self.identity
        next.lineage.insert(next.peer, at: 0)
        next.peer = id
        do throws(JournalError) {
            try IdentityFile.replace(
                with: next, in: self.directory, lock: self.lock, configuration: self.configuration,
                files: self.files)
            self.log.peer = id
            try self.log.beginSegment()
        } catch {
            // The identity on the disk may be the new one already: the old one must not be used again.
            let cause = SystemCallError(kind: .other, call: "mint", subject: self.directory, reason: "\(error)")
            self.log.failure = .failed(cause)
            throw error
        }
        self.identity = next
        self.ownSequence = 0
        self.state.own = (0, 0)
        // Index snapshots of the old identity will not be read.
        self.snapshotter.lastLSN = 0
        var state = self.state
        state.liveHash = self.index.liveHash
        self.becomeSynced(state)
    }

    /// Writes and syncs what is left, says so in the log, and gives up the directory. After a failure
    /// nothing is written.
    ///
    /// - Throws: ``JournalError/busy`` while a commit job is under way; then nothing has been closed.
    package func close() throws(JournalError) {
        guard !self.isClosed else { return }
        var failure: JournalError?
        if !self.log.hasFailed {
            do throws(JournalError) {
                try self.log.finish()
                if !self.configuration.keepsProof { try self.giveProof() }
            } catch {
                if case .busy = error { throw error }
                failure = error
            }
        }
        self.isClosed = true
        self.abandonCompaction()
        self.abandonSnapshot()
        self.abandonPeers()
        self.salvaged?.close()
        self.log.closeFiles()
        self.files.close(self.lock.file)
        if let failure { throw failure }
    }

    /// Everything is durable: the directory can be trusted to go on under its peer ID.
    private func giveProof() throws(JournalError) {
        let stamp = try JournalError.unlessRefused { () throws(SystemCallError) in
            try self.files.changeStamp(of: FileNames.identity(in: self.directory))
        }
        try self.lock.store(processID: self.configuration.processID, stamp: stamp, files: self.files)
    }

    private func becomeSynced(_ state: CausalState) {
        self.synced = state
        self.leadership.synced(through: self.log.syncedLSN)
        self.index.releaseRetired(syncedThrough: self.log.syncedLSN)
    }
}
