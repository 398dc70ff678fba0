import ByteCoding
import Platform

extension SegmentedLog {
    /// Returns the job that writes everything appended, and syncs it if asked to; nil if there is
    /// nothing to do, or a job is under way. `state` is the causal state of everything appended.
    ///
    /// - Precondition: no batch is open.
    mutating func takeFlush(sync: Bool, state: CausalState) -> StorageJob? {
        precondition(self.group == nil, "a batch is open")
        guard self.hasFlush(sync: sync) else { return nil }
        self.lastJob += 1
        for index in self.pending.indices { self.pending[index].fillMark(synced: self.syncedLSN) }
        let steps = self.flushSteps(of: self.pending, sync: sync)
        self.inFlight = Flush(
            id: self.lastJob, stretches: self.pending, endLSN: self.appendedLSN, syncs: sync, state: state)
        self.handles.pinnedFrom = self.oldestInUse
        self.pending.removeAll(keepingCapacity: true)
        return StorageJob(id: self.lastJob, lane: .commit, steps: steps)
    }

    /// Whether ``takeFlush(sync:state:)`` would return a job. Inlined, or it would be asked of a copy of all.
    @inline(__always)
    func hasFlush(sync: Bool) -> Bool {
        if self.pending.isEmpty, !sync || self.syncedLSN >= self.writtenLSN { return false }
        return self.inFlight == nil && !self.hasFailed
    }

    /// The number of the oldest segment that the next flush works on.
    private var oldestInUse: UInt64 {
        guard let first = self.pending.first else { return self.segments.last?.number ?? 0 }
        return first.beginning == nil ? first.segment.number : first.segment.number - 1
    }

    /// The steps that bring stretches to the disk, in order.
    ///
    /// Before a segment gets its name, the one before it is synced, whatever the durability asked
    /// for: so a later segment proves that everything before it is complete.
    ///
    /// - Parameter isAgain: whether they have been done before, up to one that the system refused: of all steps only
    ///   the naming of a segment cannot be done twice.
    func flushSteps(of stretches: [Stretch], sync: Bool, isAgain: Bool = false) -> [StorageJob.Step] {
        var steps: [StorageJob.Step] = []
        for stretch in stretches {
            if let beginning = stretch.beginning {
                steps.append(.sync(beginning.previous))
                steps.append(.write(stretch.file, offset: 0, bytes: beginning.header))
                steps.append(.sync(stretch.file))
                if !isAgain || self.files.exists(beginning.spare) {
                    steps.append(.rename(beginning.spare, to: beginning.path))
                }
                steps.append(.syncDirectory(self.directory))
            }
            let offset = stretch.startLSN - stretch.segment.firstLSN
            steps.append(.write(stretch.file, offset: offset, bytes: stretch.writer.bytes))
        }
        if sync { steps.append(.sync(stretches.last?.file ?? self.currentFile)) }
        return steps
    }

    /// Takes the end of the job from ``takeFlush(sync:state:)``. Returns the causal state that is
    /// durable now, if the job synced; nil for other jobs too.
    mutating func flushed(_ id: UInt64, _ result: Result<Void, SystemCallError>) -> CausalState? {
        guard let flush = self.inFlight, flush.id == id else { return nil }
        switch result {
        case .failure(let error):
            if SegmentedLog.leavesSyncsAlone(error) {
                self.refusal = error
                self.inFlight?.isUnderWay = false
            } else {
                // What is on the disk is unknown. The bytes stay in memory for readers, for good.
                self.failure = .failed(error)
            }
            return nil
        case .success:
            self.endFlush(flush)
            return flush.syncs ? flush.state : nil
        }
    }

    private mutating func endFlush(_ flush: Flush) {
        self.inFlight = nil
        self.refusal = nil
        self.writtenLSN = flush.endLSN
        if flush.syncs { self.syncedLSN = flush.endLSN }
        self.recycle(flush.stretches)
    }

    /// Whether the call that failed has left alone what was written before, so that it can be made again: the same
    /// bytes to the same place, or the same name. A failed sync never is: the system may call lost pages clean.
    private static func leavesSyncsAlone(_ error: SystemCallError) -> Bool {
        guard error.call == "pwrite" || error.call == "rename" else { return false }
        return error.kind == .noSpace || error.kind == .inputOutput
    }

    /// Returns the job that writes once more what the system has refused to take; nil if nothing was refused, or such
    /// a job is under way.
    mutating func takeAnotherAttempt() -> StorageJob? {
        guard self.isRefused, !self.hasFailed, let flush = self.inFlight, !flush.isUnderWay else { return nil }
        self.attempts += 1
        let id = self.takeJobNumber()
        self.inFlight?.id = id
        self.inFlight?.isUnderWay = true
        return StorageJob(
            id: id, lane: .commit, steps: self.flushSteps(of: flush.stretches, sync: flush.syncs, isAgain: true))
    }

    /// Makes the last attempt at once, for nobody waits for another.
    mutating func endRefused() throws(SystemCallError) {
        guard let job = self.takeAnotherAttempt(), let flush = self.inFlight else { return }
        for step in job.steps { try self.perform(step) }
        self.endFlush(flush)
    }
}
