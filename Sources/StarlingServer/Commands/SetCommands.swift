import DataModel
import Platform
import RESP
import Replication

// SET in all its forms.
extension RESPSession {
    func set(_ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica) throws(CommandFailure) {
        let key = bytes.extracting(self.argument(1))
        let value = bytes.extracting(self.argument(2))
        if self.argumentCount == 3 {
            try self.put(key, value, replica)
            self.encoder.appendSimpleString("OK", to: &connection.output.bytes)
            return
        }
        let options = try self.setOptions(bytes, replica)
        var isThere = false
        var previous: Reading?
        if options.returnsPrevious {
            let reading = try self.read(key, replica)
            isThere = reading.isFound
            previous = reading
        } else if options.condition != .always {
            isThere = try self.look(at: key, replica).outcome != .missing
        }
        var expiry: UInt64?
        switch options.expiry {
        case .none: break
        case .at(let moment): expiry = moment
        case .keep: expiry = try self.look(at: key, replica).expiry
        }
        var isSet = true
        switch options.condition {
        case .always: break
        case .ifAbsent: isSet = !isThere
        case .ifPresent: isSet = isThere
        }
        if isSet { try self.put(key, value, expiry: expiry, replica) }
        if let previous {
            self.appendValue(if: previous.isFound, connection)
        } else if isSet {
            self.encoder.appendSimpleString("OK", to: &connection.output.bytes)
        } else {
            self.encoder.appendNull(to: &connection.output.bytes)
        }
    }

    private func setOptions(_ bytes: Span<UInt8>, _ replica: Replica) throws(CommandFailure) -> SetOptions {
        var options = SetOptions()
        var index = 3
        while index < self.argumentCount {
            switch self.token(index, bytes) {
            case "NX":
                guard options.condition != .ifPresent else { throw .syntax }
                options.condition = .ifAbsent
            case "XX":
                guard options.condition != .ifAbsent else { throw .syntax }
                options.condition = .ifPresent
            case "GET":
                options.returnsPrevious = true
            case "KEEPTTL":
                guard case .none = options.expiry else { throw .syntax }
                options.expiry = .keep
            case let word:
                guard let unit = Self.expiryUnit(word), case .none = options.expiry, index + 1 < self.argumentCount
                else { throw .syntax }
                index += 1
                options.expiry = .at(try self.expiry(index, unit, bytes, "set", replica))
            }
            index += 1
        }
        return options
    }

    static func expiryUnit(_ word: RESPToken) -> ExpiryUnit? {
        switch word {
        case "EX": .seconds
        case "PX": .milliseconds
        case "EXAT": .unixSeconds
        case "PXAT": .unixMilliseconds
        default: nil
        }
    }

    /// Reads when a value that is being written shall expire, in milliseconds since 1970.
    func expiry(
        _ index: Int, _ unit: ExpiryUnit, _ bytes: Span<UInt8>, _ command: String, _ replica: Replica
    ) throws(CommandFailure) -> UInt64 {
        let amount = try self.integer(index, bytes)
        guard amount > 0, let moment = unit.moment(amount, now: replica.wallNow.milliseconds) else {
            throw .invalidExpireTime(command)
        }
        return UInt64(moment)
    }

    func setIfAbsent(_ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica) throws(CommandFailure) {
        let key = bytes.extracting(self.argument(1))
        let isThere = try self.look(at: key, replica).outcome != .missing
        if !isThere { try self.put(key, bytes.extracting(self.argument(2)), replica) }
        self.encoder.appendInteger(isThere ? 0 : 1, to: &connection.output.bytes)
    }

    func setWithExpiry(
        _ unit: ExpiryUnit, _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        let name = unit == .seconds ? "setex" : "psetex"
        let expiry = try self.expiry(2, unit, bytes, name, replica)
        let key = bytes.extracting(self.argument(1))
        try self.put(key, bytes.extracting(self.argument(3)), expiry: expiry, replica)
        self.encoder.appendSimpleString("OK", to: &connection.output.bytes)
    }

    func setMany(_ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica) throws(CommandFailure) {
        try self.apply(try self.pairs(bytes, "mset"), replica)
        self.encoder.appendSimpleString("OK", to: &connection.output.bytes)
    }

    func setManyIfAbsent(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        let writes = try self.pairs(bytes, "msetnx")
        for index in stride(from: 1, to: self.argumentCount, by: 2) {
            let reading = try self.look(at: bytes.extracting(self.argument(index)), replica)
            guard reading.outcome == .missing else {
                self.encoder.appendInteger(0, to: &connection.output.bytes)
                return
            }
        }
        try self.apply(writes, replica)
        self.encoder.appendInteger(1, to: &connection.output.bytes)
    }

    private func pairs(_ bytes: Span<UInt8>, _ command: String) throws(CommandFailure) -> [Write] {
        guard !self.argumentCount.isMultiple(of: 2) else { throw .wrongArgumentCount(command) }
        var writes: [Write] = []
        writes.reserveCapacity(self.argumentCount / 2)
        for index in stride(from: 1, to: self.argumentCount, by: 2) {
            writes.append(Write(key: self.copy(index, bytes), value: self.copy(index + 1, bytes)))
        }
        return writes
    }
}
