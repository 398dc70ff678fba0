import Causality
import Journal
import RESP
import Replication

// STARLING BACKUP: a backup's file, fetched piece by piece.
extension RESPSession {
    /// Bytes of a backup in one reply, unless one record is longer.
    private static let backupPartLength = 256 * 1024

    func backup(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        guard self.argumentCount > 2 else { throw .wrongArgumentCount("starling|backup") }
        switch self.token(2, bytes) {
        case "OPEN":
            try self.openBackup(bytes, connection, replica)
        case "READ":
            try self.expect(4, "starling|backup")
            do throws(ReplicaError) {
                let part = try replica.readBackup(
                    self.backupNumber(bytes), maximumBytes: Self.backupPartLength)
                self.encoder.appendBulk(part, to: &connection.output.bytes)
            } catch {
                throw CommandFailure(error)
            }
        case "CLOSE":
            try self.expect(4, "starling|backup")
            replica.closeBackup(self.backupNumber(bytes))
            self.appendOK(connection)
        default:
            throw .syntax
        }
    }

    /// Answers with a map: `id`, and of the whole store `records` and `bytes`, for showing progress.
    private func openBackup(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        var since = CausalContext()
        if self.argumentCount > 3 {
            try self.expect(5, "starling|backup")
            guard self.token(3, bytes) == "SINCE" else { throw .syntax }
            guard let context = BackupContext.context(of: self.copy(4, bytes)) else {
                throw .reply("ERR the context is not one that a backup gave")
            }
            since = context
        }
        if let backup = self.backup { backup.replica.closeBackup(backup.id) }
        do throws(ReplicaError) {
            let id = try replica.openBackup(since: since)
            self.backup = (replica, id)
            self.encoder.appendMapHeader(count: 3, to: &connection.output.bytes)
            self.appendPair("id", Int64(clamping: id), connection)
            self.appendPair("records", Int64(clamping: replica.journal.index.recordCount), connection)
            self.appendPair("bytes", Int64(clamping: replica.journal.liveBytes), connection)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// The number of a backup, 0 for what is none.
    private func backupNumber(_ bytes: Span<UInt8>) -> UInt64 {
        UInt64(self.text(3, bytes)) ?? 0
    }
}
