import ByteCoding
import RESP
import Replication

// The commands on values.
extension RESPSession {
    func perform(
        _ command: StringCommand, _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        switch command {
        case .get: try self.get(bytes, connection, replica)
        case .set: try self.set(bytes, connection, replica)
        case .setIfAbsent: try self.setIfAbsent(bytes, connection, replica)
        case .setWithSeconds: try self.setWithExpiry(.seconds, bytes, connection, replica)
        case .setWithMilliseconds: try self.setWithExpiry(.milliseconds, bytes, connection, replica)
        case .getAndSet: try self.getAndSet(bytes, connection, replica)
        case .getAndDelete: try self.getAndDelete(bytes, connection, replica)
        case .getAndExpire: try self.getAndExpire(bytes, connection, replica)
        case .getMany: try self.getMany(bytes, connection, replica)
        case .setMany: try self.setMany(bytes, connection, replica)
        case .setManyIfAbsent: try self.setManyIfAbsent(bytes, connection, replica)
        case .length: try self.length(bytes, connection, replica)
        case .append: try self.append(bytes, connection, replica)
        case .getRange: try self.getRange(bytes, connection, replica)
        case .setRange: try self.setRange(bytes, connection, replica)
        case .increment: try self.increment(by: 1, bytes, connection, replica)
        case .decrement: try self.increment(by: -1, bytes, connection, replica)
        case .incrementBy: try self.increment(by: try self.integer(2, bytes), bytes, connection, replica)
        case .decrementBy:
            let amount = try self.integer(2, bytes)
            guard amount != .min else { throw .reply("ERR decrement would overflow") }
            try self.increment(by: -amount, bytes, connection, replica)
        }
    }

    private func get(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        let reading = try self.read(bytes.extracting(self.argument(1)), replica)
        self.appendValue(if: reading.isFound, connection)
    }

    /// Replies with what was read to the shared buffer, or null.
    func appendValue(if isFound: Bool, _ connection: ClientConnection) {
        if isFound {
            self.encoder.appendBulk(self.state.value, to: &connection.output.bytes)
        } else {
            self.encoder.appendNull(to: &connection.output.bytes)
        }
    }

    private func getAndSet(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        let key = bytes.extracting(self.argument(1))
        let reading = try self.read(key, replica)
        try self.put(key, bytes.extracting(self.argument(2)), replica)
        self.appendValue(if: reading.isFound, connection)
    }

    private func getAndDelete(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        let key = bytes.extracting(self.argument(1))
        let reading = try self.read(key, replica)
        if reading.isFound { _ = try self.delete(key, replica) }
        self.appendValue(if: reading.isFound, connection)
    }

    private func getMany(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        self.encoder.appendArrayHeader(count: self.argumentCount - 1, to: &connection.output.bytes)
        let start = connection.output.bytes.count
        for index in 1..<self.argumentCount {
            let reading = try self.read(bytes.extracting(self.argument(index)), replica)
            self.appendValue(if: reading.isFound, connection)
            guard connection.output.bytes.count - start <= Self.maximumReplyLength else {
                throw .reply("ERR the values are more than \(Self.maximumReplyLength) bytes; ask for fewer at once")
            }
        }
    }

    /// Bytes of values in one reply: a short request could name one long value a million times.
    static let maximumReplyLength = 256 * 1024 * 1024

    private func length(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        let reading = try self.read(bytes.extracting(self.argument(1)), replica)
        let count = reading.isFound ? self.state.value.count : 0
        self.encoder.appendInteger(Int64(count), to: &connection.output.bytes)
    }

    private func append(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        let key = bytes.extracting(self.argument(1))
        let tail = bytes.extracting(self.argument(2))
        let reading = try self.read(key, replica)
        if !reading.isFound { self.state.value.removeAll(keepingCapacity: true) }
        self.state.value.append(contentsOf: [UInt8](copying: tail))
        let value = self.state.value
        try self.put(key, value.span, expiry: reading.expiry, replica)
        self.encoder.appendInteger(Int64(value.count), to: &connection.output.bytes)
    }

    /// The bytes from one place through another; negative places count from the end.
    private func getRange(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        let start = try self.integer(2, bytes)
        let end = try self.integer(3, bytes)
        let reading = try self.read(bytes.extracting(self.argument(1)), replica)
        let count = reading.isFound ? Int64(self.state.value.count) : 0
        let first = max(0, start < 0 ? start &+ count : start)
        let last = min(count - 1, end < 0 ? max(0, end &+ count) : end)
        let isBackwards = start < 0 && end < 0 && start > end
        guard count > 0, !isBackwards, first <= last else {
            self.encoder.appendBulk("", to: &connection.output.bytes)
            return
        }
        // Both lie in 0..<count here, so they fit an Int.
        let value = self.state.value
        self.encoder.appendBulk(value.span.extracting(Int(first)...Int(last)), to: &connection.output.bytes)
    }

    private func setRange(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        let offset = try self.integer(2, bytes)
        guard offset >= 0 else { throw .reply("ERR offset is out of range") }
        let key = bytes.extracting(self.argument(1))
        let part = [UInt8](copying: bytes.extracting(self.argument(3)))
        let reading = try self.read(key, replica)
        if !reading.isFound { self.state.value.removeAll(keepingCapacity: true) }
        if !part.isEmpty {
            let limit = Int64(self.state.configuration.requests.maximumBulkLength)
            guard offset <= limit, offset + Int64(part.count) <= limit else {
                throw .reply("ERR string exceeds maximum allowed size (proto-max-bulk-len)")
            }
            let start = Int(offset)
            let end = start + part.count
            if self.state.value.count < end {
                self.state.value.append(contentsOf: repeatElement(0, count: end - self.state.value.count))
            }
            self.state.value.replaceSubrange(start..<end, with: part)
            let value = self.state.value
            try self.put(key, value.span, expiry: reading.expiry, replica)
        }
        self.encoder.appendInteger(Int64(self.state.value.count), to: &connection.output.bytes)
    }

    private func increment(
        by amount: Int64, _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        let key = bytes.extracting(self.argument(1))
        do throws(ReplicaError) {
            let (total, receipt) = try replica.increment(key, by: amount)
            self.note(receipt)
            self.encoder.appendInteger(total, to: &connection.output.bytes)
        } catch {
            switch error {
            case .busy, .leadership: throw CommandFailure(error)
            case .notAnInteger, .outOfRange, .tooLarge, .tooManySiblings, .faultsNotAllowed, .cannotForget, .backup,
                .scan, .belowFloor, .journal:
                // The refusal tells of the value as it is; a key in conflict has its own reply.
                _ = try self.read(key, replica)
                throw CommandFailure(error)
            }
        }
    }
}
