import ByteCoding
import DataModel
import Platform
import RESP
import Replication

// The commands on when keys expire. An expiry is part of the record, so changing it is a write.
extension RESPSession {
    func expire(
        _ unit: ExpiryUnit, _ command: KeyCommand, _ bytes: Span<UInt8>, _ connection: ClientConnection,
        _ replica: Replica
    ) throws(CommandFailure) {
        let amount = try self.integer(2, bytes)
        let condition = try self.expiryCondition(bytes)
        guard let moment = unit.moment(amount, now: replica.wallNow.milliseconds) else {
            throw .invalidExpireTime(Command.key(command).row.name)
        }
        let key = bytes.extracting(self.argument(1))
        let reading = try self.read(key, replica)
        guard reading.isFound, condition.allows(moment, current: reading.expiry) else {
            self.encoder.appendInteger(0, to: &connection.output.bytes)
            return
        }
        if moment <= Int64(clamping: replica.wallNow.milliseconds) {
            _ = try self.delete(key, replica)
        } else {
            try self.rewrite(key, expiry: UInt64(moment), replica)
        }
        self.encoder.appendInteger(1, to: &connection.output.bytes)
    }

    private func expiryCondition(_ bytes: Span<UInt8>) throws(CommandFailure) -> ExpiryCondition {
        var condition = ExpiryCondition()
        for index in 3..<max(3, self.argumentCount) {
            switch self.token(index, bytes) {
            case "NX": condition.onlyWithout = true
            case "XX": condition.onlyWith = true
            case "GT": condition.onlyLater = true
            case "LT": condition.onlyEarlier = true
            default:
                throw .reply("ERR Unsupported option \(ShownText.of(bytes.extracting(self.argument(index))))")
            }
        }
        if condition.onlyWithout, condition.onlyWith || condition.onlyLater || condition.onlyEarlier {
            throw .reply("ERR NX and XX, GT or LT options at the same time are not compatible")
        }
        if condition.onlyLater, condition.onlyEarlier {
            throw .reply("ERR GT and LT options at the same time are not compatible")
        }
        return condition
    }

    /// Writes what readers see of the key, as it was just read to the shared buffer, with another
    /// expiry. A counter stays one: its entries are kept, so that increments made elsewhere meanwhile
    /// still add up.
    private func rewrite(_ key: Span<UInt8>, expiry: UInt64?, _ replica: Replica) throws(CommandFailure) {
        let value = self.state.value
        guard replica.configuration.resolvers.resolver(for: key).countsIncrements else {
            try self.put(key, value.span, expiry: expiry, replica)
            return
        }
        let siblings: KeySiblings
        do throws(ReplicaError) {
            siblings = try replica.siblings(of: key)
        } catch {
            throw CommandFailure(error)
        }
        guard siblings.siblings.contains(where: { $0.operation == .count }) else {
            try self.put(key, value.span, expiry: expiry, replica)
            return
        }
        let counter = CounterValue(joining: siblings.siblings)
        let bytes = [UInt8](copying: key)
        try self.apply([Write(key: bytes, operation: .count, value: counter.encoded, expiry: expiry)], replica)
    }

    func persist(_ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica) throws(CommandFailure) {
        let key = bytes.extracting(self.argument(1))
        let reading = try self.read(key, replica)
        let isChanged = reading.isFound && reading.expiry != nil
        if isChanged { try self.rewrite(key, expiry: nil, replica) }
        self.encoder.appendInteger(isChanged ? 1 : 0, to: &connection.output.bytes)
    }

    /// Replies with when a key expires, as it is, or as the time left; -1 for never, -2 for no key.
    func tellExpiry(
        inSeconds: Bool, isRelative: Bool, _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        let reading = try self.look(at: bytes.extracting(self.argument(1)), replica)
        var result: Int64 = -2
        if reading.outcome != .missing {
            result = -1
            if let expiry = reading.expiry {
                let now = Int64(clamping: replica.wallNow.milliseconds)
                let moment = Int64(clamping: expiry)
                let told = isRelative ? max(0, moment - now) : moment
                result = inSeconds ? told / 1_000 + (told % 1_000 >= 500 ? 1 : 0) : told
            }
        }
        self.encoder.appendInteger(result, to: &connection.output.bytes)
    }

    func getAndExpire(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        var expiry: UInt64?
        var isChanging = false
        if self.argumentCount > 2 {
            isChanging = true
            if self.token(2, bytes) == "PERSIST" {
                guard self.argumentCount == 3 else { throw .syntax }
            } else {
                guard let unit = Self.expiryUnit(self.token(2, bytes)), self.argumentCount == 4 else { throw .syntax }
                expiry = try self.expiry(3, unit, bytes, "getex", replica)
            }
        }
        let key = bytes.extracting(self.argument(1))
        let reading = try self.read(key, replica)
        if reading.isFound, isChanging, expiry != reading.expiry { try self.rewrite(key, expiry: expiry, replica) }
        self.appendValue(if: reading.isFound, connection)
    }
}
