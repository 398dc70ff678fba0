package import Causality
import Journal
package import Platform

/// Backups of a running node: whoever asks for one fetches it piece by piece, so nothing piles up here.
extension Replica {
    /// Backups that may be made at once.
    private static let backupMaximum = 4
    /// A backup of which nothing was fetched for this long is given up, for what is replaced is kept for it.
    package static let backupPatience = Delay.seconds(60)

    /// Begins a backup of everything written so far, and returns its number.
    ///
    /// - Parameter since: what earlier backups hold that this one is to be restored after; nothing for a full one.
    package func openBackup(since: CausalContext) throws(ReplicaError) -> UInt64 {
        guard self.backups.count < Replica.backupMaximum else {
            throw .backup(.tooMany(limit: Replica.backupMaximum))
        }
        self.requestSync()
        self.lastBackup += 1
        self.backups.append(
            OpenBackup(
                id: self.lastBackup, since: since, wantedLSN: self.journal.appendedLSN, stream: nil,
                lastRead: self.now))
        return self.lastBackup
    }

    /// Returns the next bytes of the backup's file, `maximumBytes` or a little more, or more if one record is;
    /// none when there are no more, and then it is closed.
    ///
    /// - Throws: ``BackupRefusal/syncing`` until everything that was written when it was asked for is synced.
    package func readBackup(_ id: UInt64, maximumBytes: Int) throws(ReplicaError) -> [UInt8] {
        guard let index = self.backups.firstIndex(where: { $0.id == id }) else { throw .backup(.unknown) }
        self.backups[index].lastRead = self.now
        do throws(CutError) {
            if self.backups[index].stream == nil {
                // After a failure of the disk no more will be synced than is.
                guard self.journal.syncedLSN >= self.backups[index].wantedLSN || self.journal.failure != nil else {
                    throw .journal(.busy)
                }
                self.backups[index].stream = try BackupStream(
                    of: self.journal, title: self.backupTitle, id: self.exchange.random(),
                    since: self.backups[index].since)
            }
            let bytes = try self.backups[index].stream?.read(maximumBytes, from: self.journal) ?? []
            if bytes.isEmpty { self.closeBackup(id) }
            return bytes
        } catch .journal(.busy) {
            throw .backup(.syncing)
        } catch {
            self.closeBackup(id)
            throw .backup(.cut(error))
        }
    }

    /// Ends a backup, whether all was fetched or not.
    package func closeBackup(_ id: UInt64) {
        guard let index = self.backups.firstIndex(where: { $0.id == id }) else { return }
        self.backups.remove(at: index).stream?.close(self.journal)
    }

    /// Backups being made.
    package var backupCount: Int { self.backups.count }

    /// Gives up backups that nobody reads on.
    package func closeIdleBackups() {
        for backup in self.backups where self.now >= backup.lastRead + Replica.backupPatience {
            self.closeBackup(backup.id)
        }
    }

    /// When ``closeIdleBackups()`` is due.
    var nextBackupDeadline: Instant {
        self.backups.reduce(.distantFuture) { min($0, $1.lastRead + Replica.backupPatience) }
    }

    private var backupTitle: BackupTitle {
        BackupTitle(
            created: self.wallNow.milliseconds, peer: self.journal.identity.peer, node: self.configuration.name,
            cluster: self.journal.identity.cluster)
    }
}
