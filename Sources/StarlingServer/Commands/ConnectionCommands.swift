import Journal
import RESP
import Replication

// The commands on the connection itself.
extension RESPSession {
    func perform(
        _ command: ConnectionCommand, _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) -> CommandOutcome {
        switch command {
        case .ping: try self.ping(bytes, connection)
        case .echo: self.encoder.appendBulk(bytes.extracting(self.argument(1)), to: &connection.output.bytes)
        case .hello: try self.hello(bytes, connection, replica)
        case .authenticate: try self.authenticate(bytes, connection)
        case .client: return try self.client(bytes, connection)
        case .select: try self.select(bytes, connection)
        case .quit:
            self.encoder.appendSimpleString("OK", to: &connection.output.bytes)
            return .finished
        case .reset: self.reset(connection)
        case .read:
            switch self.token(1, bytes) {
            case "LOCAL": self.client.readsLocally = true
            case "DEFAULT": self.client.readsLocally = false
            default: throw .syntax
            }
            self.appendOK(connection)
        case .readOnly, .readWrite:
            self.client.readsLocally = command == .readOnly
            self.appendOK(connection)
        }
        return .done
    }

    private func ping(_ bytes: Span<UInt8>, _ connection: ClientConnection) throws(CommandFailure) {
        guard self.argumentCount <= 2 else { throw .wrongArgumentCount("ping") }
        if self.argumentCount == 2 {
            self.encoder.appendBulk(bytes.extracting(self.argument(1)), to: &connection.output.bytes)
        } else {
            self.encoder.appendSimpleString("PONG", to: &connection.output.bytes)
        }
    }

    private func select(_ bytes: Span<UInt8>, _ connection: ClientConnection) throws(CommandFailure) {
        guard try self.integer(1, bytes) == 0 else { throw .reply("ERR DB index is out of range") }
        self.encoder.appendSimpleString("OK", to: &connection.output.bytes)
    }

    /// There are no passwords: the user `default` is let in with any, as Redis does then.
    private func authenticate(_ bytes: Span<UInt8>, _ connection: ClientConnection) throws(CommandFailure) {
        guard self.argumentCount <= 3 else { throw .syntax }
        guard self.argumentCount == 3 else {
            throw .reply(
                "ERR AUTH <password> called without any password configured for the default user. "
                    + "Are you sure your configuration is correct?")
        }
        try self.admit(user: 1, bytes)
        self.encoder.appendSimpleString("OK", to: &connection.output.bytes)
    }

    private func admit(user index: Int, _ bytes: Span<UInt8>) throws(CommandFailure) {
        guard self.copy(index, bytes) == Array("default".utf8) else {
            throw .reply("WRONGPASS invalid username-password pair or user is disabled.")
        }
    }

    private func hello(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        var version = self.encoder.version
        var name: String?
        if self.argumentCount > 1 {
            let number = try self.integer(
                1, bytes, or: .reply("ERR Protocol version is not an integer or out of range"))
            guard let wanted = RESPVersion(rawValue: Int(clamping: number)) else {
                throw .reply("NOPROTO unsupported protocol version")
            }
            version = wanted
        }
        var index = 2
        while index < self.argumentCount {
            switch self.token(index, bytes) {
            case "AUTH" where index + 2 < self.argumentCount:
                try self.admit(user: index + 1, bytes)
                index += 3
            case "SETNAME" where index + 1 < self.argumentCount:
                name = try self.clientName(index + 1, bytes)
                index += 2
            default:
                throw .reply(
                    "ERR Syntax error in HELLO option '\(ShownText.of(bytes.extracting(self.argument(index))))'")
            }
        }
        if let name { self.client.name = name }
        // What is passed on is answered in the version that was spoken when it began.
        if version != self.encoder.version { self.endForwarding() }
        self.encoder.version = version
        self.client.protocolVersion = version.rawValue
        self.encoder.appendMapHeader(count: 7, to: &connection.output.bytes)
        self.appendPair("server", "starling", connection)
        self.appendPair("version", self.state.configuration.compatibleVersion, connection)
        self.appendPair("proto", Int64(version.rawValue), connection)
        self.appendPair("id", Int64(clamping: self.client.number), connection)
        self.appendPair("mode", "standalone", connection)
        let takesWrites = replica.isLeaderless || replica.leader?.peer == replica.journal.identity.peer
        self.appendPair("role", takesWrites ? "master" : "replica", connection)
        self.encoder.appendBulk("modules", to: &connection.output.bytes)
        self.encoder.appendArrayHeader(count: 0, to: &connection.output.bytes)
    }

    private func reset(_ connection: ClientConnection) {
        self.encoder.version = .two
        self.client.protocolVersion = 2
        self.client.name = ""
        self.replyMode = .on
        self.client.readsLocally = false
        self.client.followsRedirects = false
        self.endTransaction()
        self.endForwarding()
        self.encoder.appendSimpleString("RESET", to: &connection.output.bytes)
    }

    /// Reads a name for this client; every byte must be printable and none a space.
    func clientName(_ index: Int, _ bytes: Span<UInt8>) throws(CommandFailure) -> String {
        let name = self.copy(index, bytes)
        guard name.count <= 1024, name.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .reply("ERR Client names cannot contain spaces, newlines or special characters.")
        }
        return String(decoding: name, as: UTF8.self)
    }

    /// Appends a key and a text of a map.
    func appendPair(_ key: String, _ value: String, _ connection: ClientConnection) {
        self.encoder.appendBulk(key, to: &connection.output.bytes)
        self.encoder.appendBulk(value, to: &connection.output.bytes)
    }

    /// Appends a key and a number of a map.
    func appendPair(_ key: String, _ value: Int64, _ connection: ClientConnection) {
        self.encoder.appendBulk(key, to: &connection.output.bytes)
        self.encoder.appendInteger(value, to: &connection.output.bytes)
    }
}
