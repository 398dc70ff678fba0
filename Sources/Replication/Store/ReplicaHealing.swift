import Journal
import Platform

/// Taking back what is intact of a damaged log, in steps beside everything else.
extension Replica {
    /// Keys taken back in one turn.
    private static let keysPerTurn = 256
    /// How long to wait for room in the log, or for a disk that refuses.
    private static let restorePause = Delay.milliseconds(100)

    func restoreMore() {
        self.nextRestore = .distantFuture
        do throws(JournalError) {
            switch try self.journal.restoreMore(Replica.keysPerTurn) {
            case .more: self.nextRestore = self.now
            case .waiting: self.nextRestore = self.now + Replica.restorePause
            case .finished:
                guard self.journal.syncedLSN == self.journal.appendedLSN else { return self.requestSync() }
                try self.journal.endHealing()
                self.exchange.endHealing(now: self.now)
            }
        } catch {
            // Until the disk lets it be done nobody is served.
            self.nextRestore = self.now + Replica.restorePause
            guard !self.hasReportedRestoring else { return }
            self.hasReportedRestoring = true
            self.exchange.report(.failed("the damaged log cannot be taken back: \(error)"))
        }
    }
}
