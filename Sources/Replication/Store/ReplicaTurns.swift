import Journal
import Platform

extension Replica {
    /// Does what is due: conversations, waits, expiries, tombstones.
    func advance() {
        self.exchange.advance(now: self.now, wallNow: self.wallNow)
        self.advanceLeaderMode()
        self.settleWaits()
        self.noteExpired()
        self.collectTombstones()
        if !self.backups.isEmpty { self.closeIdleBackups() }
        if !self.scans.isEmpty { self.closeIdleScans() }
        self.noteDamage()
        if self.exchange.healing.phase == .restoring { self.restoreMore() }
    }

    /// Says once that a record cannot be read: what this node claims to hold must come from elsewhere.
    private func noteDamage() {
        guard !self.hasReportedDamage, let damage = self.journal.damage else { return }
        self.hasReportedDamage = true
        // The next start is to read the whole log, and to find the damage.
        self.journal.distrustSnapshots()
        self.exchange.report(.failed("a record cannot be read: \(damage)"))
        self.exchange.trace(.error, "log.damaged", "a record cannot be read: \(damage)")
    }

    /// When ``advance()`` is due even if nothing happens.
    var nextDeadline: Instant {
        let own = min(
            min(self.nextRestore, self.nextWaitDeadline), min(self.nextExpiryDeadline, self.nextCollectionDeadline))
        let leading = self.isLeaderless && self.leaderMode.revival.isEmpty ? .distantFuture : self.leaderMode.deadline
        return min(
            min(self.exchange.nextDeadline, leading),
            min(own, min(self.nextBackupDeadline, self.nextScanDeadline)))
    }

    /// Expired records are noted in steps, so that many at once do not hold up a turn.
    private static let expiriesPerTurn = 1_000
    /// The wall clock may jump, so that expiries are looked at this often at the least.
    private static let expiryPause = Delay.seconds(1)

    /// Counts what has expired as gone. Readers judge each record by the clock and need no notice.
    private func noteExpired() {
        let noted = self.journal.index.popExpired(
            upTo: self.wallNow.milliseconds, maximum: Replica.expiriesPerTurn)
        self.counters.expiredRecords += UInt64(noted.count)
    }

    private var nextExpiryDeadline: Instant {
        guard let expiry = self.journal.index.nextExpiry() else { return .distantFuture }
        guard expiry > self.wallNow.milliseconds else { return self.now }
        return self.now + min(Replica.expiryPause, .milliseconds(expiry - self.wallNow.milliseconds))
    }
}
