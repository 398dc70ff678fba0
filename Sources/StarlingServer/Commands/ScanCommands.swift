import ByteCoding
import Causality
import DataModel
import Journal
import RESP
import Replication

// The commands that look at many keys. Their replies are held until all that is in the log is synced,
// for they may reveal any of it.
extension RESPSession {
    func keys(_ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica) throws(CommandFailure) {
        let pattern = GlobPattern(self.copy(1, bytes))
        let prefix = pattern.literalPrefix
        let upper = KeyRange.end(ofPrefix: prefix)
        var found: [SlotID] = []
        replica.forEachKey(from: .including(prefix), to: upper) { slot in
            if replica.journal.index.withKey(of: slot, { pattern.matches($0) }) { found.append(slot) }
            return true
        }
        self.holdReply(until: replica.journal.appendedLSN)
        self.appendKeys(found, connection, replica)
    }

    private func appendKeys(_ slots: [SlotID], _ connection: ClientConnection, _ replica: Replica) {
        self.encoder.appendArrayHeader(count: slots.count, to: &connection.output.bytes)
        for slot in slots { self.appendKey(slot, connection, replica) }
    }

    func appendKey(_ slot: SlotID, _ connection: ClientConnection, _ replica: Replica) {
        replica.journal.index.withKey(of: slot) { key in
            self.encoder.appendBulk(key, to: &connection.output.bytes)
        }
    }

    func scan(_ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica) throws(CommandFailure) {
        guard let cursor = UInt64(self.text(1, bytes)) else { throw .reply("ERR invalid cursor") }
        var pattern: GlobPattern?
        var count: Int64 = 10
        var isWanted = true
        var index = 2
        while index < self.argumentCount {
            guard index + 1 < self.argumentCount else { throw .syntax }
            switch self.token(index, bytes) {
            case "MATCH": pattern = GlobPattern(self.copy(index + 1, bytes))
            case "COUNT":
                count = try self.integer(index + 1, bytes)
                guard count >= 1 else { throw .syntax }
            case "TYPE": isWanted = self.token(index + 1, bytes) == "STRING"
            default: throw .syntax
            }
            index += 2
        }
        var found: [SlotID] = []
        let next = replica.scan(cursor: cursor, count: Int(min(count, Self.maximumScan))) { slot in
            guard isWanted else { return }
            if let pattern, !replica.journal.index.withKey(of: slot, { pattern.matches($0) }) { return }
            found.append(slot)
        }
        self.holdReply(until: replica.journal.appendedLSN)
        self.encoder.appendArrayHeader(count: 2, to: &connection.output.bytes)
        self.encoder.appendBulk(String(next), to: &connection.output.bytes)
        self.appendKeys(found, connection, replica)
    }

    /// Keys looked at for one `SCAN`, whatever its `COUNT`.
    private static let maximumScan: Int64 = 1_000_000

    func randomKey(_ connection: ClientConnection, _ replica: Replica) {
        let end = UInt64(replica.journal.index.slotEnd)
        let start = end == 0 ? 0 : self.state.nextScattered() % end
        var found: SlotID?
        for origin in [start, 0] where found == nil {
            var cursor = origin
            repeat {
                cursor = replica.scan(cursor: cursor, count: 1) { found = $0 }
            } while found == nil && cursor != 0
        }
        self.holdReply(until: replica.journal.appendedLSN)
        if let found {
            self.appendKey(found, connection, replica)
        } else {
            self.encoder.appendNull(to: &connection.output.bytes)
        }
    }

    func databaseSize(_ connection: ClientConnection, _ replica: Replica) {
        self.holdReply(until: replica.journal.appendedLSN)
        self.encoder.appendInteger(Int64(replica.keyCount), to: &connection.output.bytes)
    }

    /// Deletes all keys that readers see, in batches; where the log has no room it goes on later from
    /// behind the last key deleted.
    func flushAll(
        _ command: ServerCommand, _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        if self.argumentCount > 1 {
            let word = self.token(1, bytes)
            guard self.argumentCount == 2, word == "ASYNC" || word == "SYNC" else { throw .syntax }
        }
        var progress = self.flush ?? FlushProgress()
        while true {
            let writes = self.flushBatch(after: progress.lastKey, replica)
            guard let last = writes.last else { break }
            do throws(CommandFailure) {
                try self.apply(writes, replica)
            } catch {
                self.flush = nil
                if case .busy = error { self.flush = progress }
                throw error
            }
            progress.lastKey = last.key
            progress.heldUntil = self.heldUntil
        }
        self.flush = nil
        self.holdReply(until: max(progress.heldUntil, replica.journal.appendedLSN))
        self.encoder.appendSimpleString("OK", to: &connection.output.bytes)
    }

    private static let flushCount = 1_000
    private static let flushLength = 1024 * 1024

    /// The deletes of the next keys in order, few enough for one batch.
    private func flushBatch(after lastKey: [UInt8]?, _ replica: Replica) -> [Write] {
        var writes: [Write] = []
        var length = 0
        replica.forEachKey(from: lastKey.map { .excluding($0) } ?? .unbounded, to: .unbounded) { slot in
            let key = replica.journal.index.key(of: slot)
            length += key.count
            writes.append(Write(key: key, operation: .delete))
            return writes.count < Self.flushCount && length < Self.flushLength
        }
        return writes
    }
}
