package import Platform

// Jobs: their steps are carried out one after the other in simulated time, the two lanes side by side.
extension SimulatedFileSystem {
    package func submit(_ job: StorageJob) {
        self.scheduler.feed(job.id)
        let isIdle = self.queue(job.lane).isEmpty
        self.withQueue(job.lane) { $0.append(job) }
        if isIdle {
            self.scheduleStep(job.lane)
        }
    }

    /// Whether a job is under way.
    package var hasJobs: Bool { !self.commitQueue.isEmpty || !self.backgroundQueue.isEmpty }

    /// Whether ``takeCompletions()`` would bring something.
    package var hasCompletions: Bool { !self.completions.isEmpty }

    /// The jobs that have ended since the last call, in order.
    package func takeCompletions() -> [StorageCompletion] {
        let taken = self.completions
        self.completions.removeAll()
        return taken
    }

    /// Appends the ends of jobs since the last call, in order.
    func takeCompletions(into events: inout [Event]) {
        guard !self.completions.isEmpty else { return }
        for completion in self.completions { events.append(completion.event) }
        self.completions.removeAll(keepingCapacity: true)
    }

    /// Lets simulated time pass until every job has ended, or the disk is stalled. For a disk that
    /// stands alone: events of anything else on the same scheduler happen too.
    package func runJobs() {
        while self.hasJobs, !self.isStalled, self.scheduler.step() {}
    }

    /// Carries out the next step alone; false if there is none. For a disk that stands alone.
    @discardableResult
    package func runStep() -> Bool {
        self.hasJobs && !self.isStalled && self.scheduler.step()
    }

    /// The disk gets stuck: no step of a job ends until ``release()``. Synchronous calls go on, as
    /// reads from the page cache do.
    package func stall() {
        guard !self.isStalled else { return }
        self.isStalled = true
        self.faultCounts.stalls += 1
    }

    /// The disk goes on where it was stuck.
    package func release() {
        self.isStalled = false
        let lanes = self.stalledSteps
        self.stalledSteps.removeAll()
        for lane in lanes {
            self.scheduleStep(lane)
        }
    }

    func abandonJobs() {
        self.incarnation = (self.incarnation + 1) & .max >> 1
        self.commitQueue.removeAll()
        self.backgroundQueue.removeAll()
        self.stalledSteps.removeAll()
        self.completions.removeAll()
    }

    func queue(_ lane: StorageJob.Lane) -> StorageQueue {
        switch lane {
        case .commit: self.commitQueue
        case .background: self.backgroundQueue
        }
    }

    private func withQueue<Value>(_ lane: StorageJob.Lane, _ body: (inout StorageQueue) -> Value) -> Value {
        switch lane {
        case .commit: body(&self.commitQueue)
        case .background: body(&self.backgroundQueue)
        }
    }

    private func scheduleStep(_ lane: StorageJob.Lane) {
        let delay =
            switch lane {
            case .commit: self.drawDelay(of: self.commitQueue.step)
            case .background: self.drawDelay(of: self.backgroundQueue.step)
            }
        let number: UInt32 = lane == .commit ? 0 : 1
        self.scheduler.schedule(after: delay, .storageStep, self, step: self.incarnation << 1 | number)
    }

    func carryOut(step: UInt32) {
        guard step >> 1 == self.incarnation else { return }
        let lane: StorageJob.Lane = step & 1 == 0 ? .commit : .background
        guard !self.isStalled else {
            self.stalledSteps.append(lane)
            return
        }
        self.finishStep(lane)
    }

    private func drawDelay(of step: StorageJob.Step?) -> Delay {
        let range =
            switch step {
            case .write: self.conditions.write
            case .sync, .syncDirectory: self.conditions.sync
            case .prepare: self.conditions.prepare
            case .rename, .remove, .close, nil: self.conditions.metadata
            }
        return range.draw(&self.random) * max(1, self.conditions.slowness)
    }

    private func finishStep(_ lane: StorageJob.Lane) {
        var result: Result<Void, SystemCallError> = .success(())
        if let step = self.queue(lane).step {
            do throws(SystemCallError) {
                try self.carryOut(step)
            } catch {
                result = .failure(error)
                self.scheduler.feed(error.description)
            }
        }
        if let completion = self.withQueue(lane, { $0.finishStep(result) }) {
            self.scheduler.feed(completion.id)
            self.completions.append(completion)
            self.onCompletion?()
        }
        if !self.queue(lane).isEmpty {
            self.scheduleStep(lane)
        }
    }

    private func carryOut(_ step: StorageJob.Step) throws(SystemCallError) {
        switch step {
        case .write(let file, let offset, let bytes):
            self.scheduler.feed(offset)
            self.scheduler.feed(bytes.span)
            try self.write(bytes.span, to: file, at: offset)
        case .sync(let file):
            try self.sync(file)
        case .prepare(let path, let size):
            try self.prepare(path, size)
        case .rename(let source, let destination):
            try self.rename(source, to: destination)
        case .remove(let path):
            try self.remove(path)
        case .syncDirectory(let path):
            try self.syncDirectory(path)
        case .close(let file):
            _ = try self.opened(file, "close")
            self.close(file)
        }
    }

    private func prepare(_ path: String, _ size: UInt64) throws(SystemCallError) {
        let replaced: Int
        if case .file(let inode) = self.tree[DirectoryTree.normal(path)] {
            replaced = inode.bytes.count
        } else {
            replaced = 0
        }
        guard size <= UInt64(Self.maximumFileSize), Int(size) - replaced <= self.roomForGrowth() else {
            self.faultCounts.fullDisks += 1
            throw self.failure(.noSpace, "pwrite", path, "No space left on device")
        }
        _ = try self.createFile(path, zeros: Int(size))
    }

    /// A crash falls into this step: it may have got some of its work done, not yet durable.
    func interrupt(_ step: StorageJob.Step) {
        guard self.random.chance(0.5) else { return }
        self.faultCounts.interruptedSteps += 1
        switch step {
        case .write(let file, let offset, let bytes):
            let written = Array(bytes.prefix(self.random.below(bytes.count + 1)))
            _ = try? self.write(written.span, to: file, at: offset)
        case .prepare(let path, let size):
            let most = min(Int(clamping: size), Self.maximumFileSize, self.roomForGrowth())
            _ = try? self.createFile(path, zeros: self.random.below(most + 1))
        case .rename(let source, let destination):
            _ = try? self.rename(source, to: destination)
        case .remove(let path):
            _ = try? self.remove(path)
        case .sync, .syncDirectory, .close:
            // What a crash keeps of pending bytes and names is drawn anyway.
            break
        }
    }
}
