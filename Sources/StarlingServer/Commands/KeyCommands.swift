import ByteCoding
import DataModel
import Platform
import RESP
import Replication

// The commands on keys, whatever their values.
extension RESPSession {
    func perform(
        _ command: KeyCommand, _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) -> CommandOutcome {
        switch command {
        case .delete, .unlink: try self.delete(bytes, connection, replica)
        case .exists, .touch: try self.exists(bytes, connection, replica)
        case .type: try self.type(bytes, connection, replica)
        case .keys: try self.keys(bytes, connection, replica)
        case .scan: try self.scan(bytes, connection, replica)
        case .randomKey: self.randomKey(connection, replica)
        case .expire: try self.expire(.seconds, command, bytes, connection, replica)
        case .expireMilliseconds: try self.expire(.milliseconds, command, bytes, connection, replica)
        case .expireAt: try self.expire(.unixSeconds, command, bytes, connection, replica)
        case .expireAtMilliseconds: try self.expire(.unixMilliseconds, command, bytes, connection, replica)
        case .timeToLive:
            try self.tellExpiry(inSeconds: true, isRelative: true, bytes, connection, replica)
        case .timeToLiveMilliseconds:
            try self.tellExpiry(inSeconds: false, isRelative: true, bytes, connection, replica)
        case .expireTime:
            try self.tellExpiry(inSeconds: true, isRelative: false, bytes, connection, replica)
        case .expireTimeMilliseconds:
            try self.tellExpiry(inSeconds: false, isRelative: false, bytes, connection, replica)
        case .persist: try self.persist(bytes, connection, replica)
        case .wait: return try self.wait(bytes, connection, replica)
        case .object: try self.object(bytes, connection, replica)
        }
        return .done
    }

    /// Deletes one key, or several in one atomic batch.
    private func delete(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        if self.argumentCount == 2 {
            let isDeleted = try self.delete(bytes.extracting(self.argument(1)), replica)
            self.encoder.appendInteger(isDeleted ? 1 : 0, to: &connection.output.bytes)
            return
        }
        var seen: Set<[UInt8]> = []
        var writes: [Write] = []
        for index in 1..<self.argumentCount {
            let key = bytes.extracting(self.argument(index))
            guard try self.look(at: key, replica).outcome != .missing else { continue }
            let copy = [UInt8](copying: key)
            if seen.insert(copy).inserted { writes.append(Write(key: copy, operation: .delete)) }
        }
        try self.apply(writes, replica)
        self.encoder.appendInteger(Int64(writes.count), to: &connection.output.bytes)
    }

    private func exists(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        var count: Int64 = 0
        for index in 1..<self.argumentCount
        where try self.look(at: bytes.extracting(self.argument(index)), replica).outcome != .missing {
            count += 1
        }
        self.encoder.appendInteger(count, to: &connection.output.bytes)
    }

    private func type(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        let reading = try self.look(at: bytes.extracting(self.argument(1)), replica)
        self.encoder.appendSimpleString(
            reading.outcome == .missing ? "none" : "string", to: &connection.output.bytes)
    }

    private func object(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        let word = self.token(1, bytes)
        guard word == "ENCODING" || word == "REFCOUNT" else {
            throw .unknownSubcommand(ShownText.of(bytes.extracting(self.argument(1))), of: "OBJECT")
        }
        guard self.argumentCount == 3 else {
            throw .wrongArgumentCount(word == "ENCODING" ? "object|encoding" : "object|refcount")
        }
        let reading = try self.read(bytes.extracting(self.argument(2)), replica)
        guard reading.isFound else {
            self.encoder.appendNull(to: &connection.output.bytes)
            return
        }
        let value = self.state.value
        if word == "REFCOUNT" {
            self.encoder.appendInteger(1, to: &connection.output.bytes)
        } else if DecimalInteger.parse(value.span) != nil {
            self.encoder.appendBulk("int", to: &connection.output.bytes)
        } else {
            self.encoder.appendBulk(value.count <= 44 ? "embstr" : "raw", to: &connection.output.bytes)
        }
    }

    /// Waits until enough peers are known to hold this connection's latest write.
    private func wait(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) -> CommandOutcome {
        let count = try self.integer(1, bytes)
        let timeout = try self.integer(2, bytes, or: .reply("ERR timeout is not an integer or out of range"))
        guard count >= 0 else { throw .reply("ERR value is out of range, must be positive") }
        guard timeout >= 0 else { throw .reply("ERR timeout is negative") }
        if self.hasForwardedWrite {
            if let forwarding, forwarding.address == LeaderDirection(replica).address {
                throw .elsewhere("ERR the write was passed on to another node")
            }
            // Who led then is gone, and with it what it knew of the write.
            self.encoder.appendInteger(0, to: &connection.output.bytes)
            return .done
        }
        guard let write = self.lastWrite else {
            // Nothing was written here that anyone could lack.
            let reachable = replica.status().peers.count { $0.isReachable }
            self.encoder.appendInteger(Int64(reachable), to: &connection.output.bytes)
            return .done
        }
        var deadline = Instant.distantFuture
        let (nanoseconds, overflow) = UInt64(timeout).multipliedReportingOverflow(by: 1_000_000)
        if timeout > 0, !overflow { deadline = replica.now + Delay(nanoseconds: nanoseconds) }
        let isSilent = self.replyMode != .on
        var isAnswered = false
        let id = replica.wait(for: write.dot, heldBy: Int(clamping: count), until: deadline) {
            [weak self, weak connection] holders in
            isAnswered = true
            guard let self, let connection else { return }
            self.endWait()
            if !isSilent { self.encoder.appendInteger(Int64(holders), to: &connection.output.bytes) }
            connection.resume()
        }
        guard let id, !isAnswered else { return .done }
        self.beginWait(id, on: replica)
        return .suspended
    }
}
