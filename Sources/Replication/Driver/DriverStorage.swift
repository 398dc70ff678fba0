import Journal
import Platform

extension ReplicaDriver {
    /// Hands the log's work to the disk: one append and at most one sync a turn.
    func store() {
        let journal = self.replica.journal
        if self.nextAttempt <= self.replica.now {
            self.nextAttempt = .distantFuture
            if let job = journal.takeAnotherAttempt() { self.environment.files.submit(job) }
        }
        let wantsSync = self.wantsSync
        if let job = journal.takeFlush(sync: wantsSync) {
            if wantsSync {
                self.lastSync = self.replica.now
                self.replica.counters.syncs += 1
            }
            self.environment.files.submit(job)
        }
        if let job = journal.takeBackgroundJob() { self.environment.files.submit(job) }
    }

    /// A storage job has ended: room may be free, replies may leave, conversations may go on.
    func stored(_ id: UInt64, _ result: Result<Void, SystemCallError>) {
        self.replica.journal.stored(id, result)
        if self.isWaitingForDisk || self.replica.journal.isRefused { self.noteRefusal() }
        if let failure = self.replica.journal.failure, !self.hasReportedFailure {
            self.hasReportedFailure = true
            self.replica.onEvent(.failed(failure.description))
            self.environment.trace(TraceRecord(.error, "log.failed", failure.description))
        }
    }

    /// Says when the disk does not take what is to be written, and when it does again.
    private func noteRefusal() {
        let journal = self.replica.journal
        if let refusal = journal.refusal, !journal.hasFailed {
            if self.nextAttempt == .distantFuture { self.nextAttempt = self.replica.now + Self.attemptPause }
            guard !self.isWaitingForDisk else { return }
            self.isWaitingForDisk = true
            self.environment.trace(
                TraceRecord(
                    .error, "log.refused",
                    "the disk does not take what is to be written, which is tried again and again: \(refusal)"))
        } else if self.isWaitingForDisk {
            self.isWaitingForDisk = false
            self.nextAttempt = .distantFuture
            guard !journal.hasFailed else { return }
            self.environment.trace(TraceRecord(.notice, "log.resumed", "the disk takes again what is to be written"))
        }
    }

    /// Between two attempts to write what the disk has refused.
    private static var attemptPause: Delay { .milliseconds(250) }

    private var wantsSync: Bool {
        if self.isDraining { return true }
        let journal = self.replica.journal
        if journal.wantsSync || self.replica.leaderMode.wantsSync { return true }
        if max(self.replica.exchange.wantedSync, self.replica.requestedSync) > journal.syncedLSN { return true }
        switch self.replica.configuration.durability {
        case .always: return true
        case .interval: return self.nextSync <= self.replica.now
        case .never: return false
        }
    }

    /// Whether somebody has asked for a sync since the last turn, that can be begun.
    var awaitsSync: Bool {
        let journal = self.replica.journal
        return self.replica.requestedSync > journal.syncedLSN && !journal.isFlushing && !journal.hasFailed
    }

    /// When a sync is due by the chosen interval. While a job is under way its end is waited for, and
    /// after a failure nothing is: a deadline that cannot be met would keep the thread turning.
    var nextSync: Instant {
        let journal = self.replica.journal
        guard case .interval(let interval) = self.replica.configuration.durability,
            journal.syncedLSN < journal.appendedLSN, !journal.isFlushing, !journal.hasFailed
        else { return .distantFuture }
        return self.lastSync + interval
    }
}
