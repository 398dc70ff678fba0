import Platform
import RESP
import Replication

// CLIENT and its subcommands.
extension RESPSession {
    func client(_ bytes: Span<UInt8>, _ connection: ClientConnection) throws(CommandFailure) -> CommandOutcome {
        switch self.token(1, bytes) {
        case "ID":
            try self.expect(2, "client|id")
            self.encoder.appendInteger(Int64(clamping: self.client.number), to: &connection.output.bytes)
        case "GETNAME":
            try self.expect(2, "client|getname")
            if self.client.name.isEmpty {
                self.encoder.appendNull(to: &connection.output.bytes)
            } else {
                self.encoder.appendBulk(self.client.name, to: &connection.output.bytes)
            }
        case "SETNAME":
            try self.expect(3, "client|setname")
            self.client.name = try self.clientName(2, bytes)
            self.appendOK(connection)
        case "SETINFO":
            try self.setInfo(bytes, connection)
        case "INFO":
            try self.expect(2, "client|info")
            self.encoder.appendVerbatimText(self.line(of: self.client) + "\n", to: &connection.output.bytes)
        case "LIST":
            try self.listClients(bytes, connection)
        case "KILL":
            return try self.killClients(bytes, connection)
        case "REPLY":
            try self.expect(3, "client|reply")
            try self.setReplyMode(bytes, connection)
        case "NO-EVICT", "NO-TOUCH":
            try self.expect(3, "client|no-evict")
            guard self.token(2, bytes) == "ON" || self.token(2, bytes) == "OFF" else { throw .syntax }
            self.appendOK(connection)
        case "CAPA":
            for index in 2..<max(2, self.argumentCount) {
                switch self.token(index, bytes) {
                case "REDIRECT": self.client.followsRedirects = true
                case "FORWARDED": self.client.isForwarded = true
                default: continue
                }
            }
            self.appendOK(connection)
        case "TRACKING", "CACHING", "TRACKINGINFO", "GETREDIR":
            throw .reply("ERR client side caching is not supported here")
        default:
            throw .unknownSubcommand(ShownText.of(bytes.extracting(self.argument(1))), of: "CLIENT")
        }
        return .done
    }

    func appendOK(_ connection: ClientConnection) {
        self.encoder.appendSimpleString("OK", to: &connection.output.bytes)
    }

    /// Refuses a subcommand that has not this many arguments, its own name and the command's included.
    func expect(_ count: Int, _ name: String) throws(CommandFailure) {
        guard self.argumentCount == count else { throw .wrongArgumentCount(name) }
    }

    private func line(of client: Client) -> String {
        let configuration = self.state.configuration
        let local = NetworkAddress(host: configuration.bind, port: configuration.port)
        return client.line(at: self.client.lastActive, on: local)
    }

    private func setInfo(_ bytes: Span<UInt8>, _ connection: ClientConnection) throws(CommandFailure) {
        try self.expect(4, "client|setinfo")
        let value = self.copy(3, bytes)
        let option = ShownText.of(bytes.extracting(self.argument(2)))
        guard value.count <= 1024, value.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .reply("ERR \(option) cannot contain spaces, newlines or special characters.")
        }
        switch self.token(2, bytes) {
        case "LIB-NAME": self.client.libraryName = String(decoding: value, as: UTF8.self)
        case "LIB-VER": self.client.libraryVersion = String(decoding: value, as: UTF8.self)
        default: throw .reply("ERR Unrecognized option '\(option)'")
        }
        self.appendOK(connection)
    }

    private func setReplyMode(_ bytes: Span<UInt8>, _ connection: ClientConnection) throws(CommandFailure) {
        switch self.token(2, bytes) {
        case "ON":
            self.replyMode = .on
            self.appendOK(connection)
        case "OFF": self.replyMode = .off
        case "SKIP": if self.replyMode == .on { self.replyMode = .skippingNext }
        default: throw .syntax
        }
    }

    private func listClients(_ bytes: Span<UInt8>, _ connection: ClientConnection) throws(CommandFailure) {
        var numbers: Set<UInt64>?
        var isEmpty = false
        if self.argumentCount > 2 {
            switch self.token(2, bytes) {
            case "TYPE" where self.argumentCount == 4:
                switch self.token(3, bytes) {
                case "NORMAL": break
                case "MASTER", "REPLICA", "SLAVE", "PUBSUB": isEmpty = true
                default:
                    throw .reply("ERR Unknown client type '\(ShownText.of(bytes.extracting(self.argument(3))))'")
                }
            case "ID" where self.argumentCount > 3:
                var wanted: Set<UInt64> = []
                for index in 3..<self.argumentCount {
                    let number = try self.integer(index, bytes, or: .reply("ERR Invalid client ID"))
                    guard number > 0 else { throw .reply("ERR Invalid client ID") }
                    wanted.insert(UInt64(number))
                }
                numbers = wanted
            default: throw .syntax
            }
        }
        var text = ""
        for client in self.state.clients.clients where !isEmpty && numbers?.contains(client.number) != false {
            text += self.line(of: client) + "\n"
        }
        self.encoder.appendVerbatimText(text, to: &connection.output.bytes)
    }

    /// `CLIENT KILL address`, or filters that must all be met.
    private func killClients(
        _ bytes: Span<UInt8>, _ connection: ClientConnection
    ) throws(CommandFailure) -> CommandOutcome {
        guard self.argumentCount > 2 else { throw .wrongArgumentCount("client|kill") }
        if self.argumentCount == 3 {
            let address = self.text(2, bytes)
            guard let victim = self.state.clients.clients.first(where: { $0.remote.description == address }) else {
                throw .reply("ERR No such client")
            }
            self.appendOK(connection)
            return self.kill([victim])
        }
        let filter = try self.killFilter(bytes)
        let victims = self.state.clients.clients.filter { filter.matches($0, own: self.client.number) }
        self.encoder.appendInteger(Int64(victims.count), to: &connection.output.bytes)
        return self.kill(victims)
    }

    private func killFilter(_ bytes: Span<UInt8>) throws(CommandFailure) -> ClientFilter {
        var filter = ClientFilter()
        guard self.argumentCount.isMultiple(of: 2) else { throw .syntax }
        for index in stride(from: 2, to: self.argumentCount, by: 2) {
            switch self.token(index, bytes) {
            case "ID":
                let number = try self.integer(index + 1, bytes, or: .reply("ERR client-id should be greater than 0"))
                guard number > 0 else { throw .reply("ERR client-id should be greater than 0") }
                filter.number = UInt64(number)
            case "ADDR": filter.address = self.text(index + 1, bytes)
            case "LADDR": filter.matchesNone = true
            case "TYPE": filter.matchesNone = filter.matchesNone || self.token(index + 1, bytes) != "NORMAL"
            case "USER": filter.matchesNone = filter.matchesNone || self.text(index + 1, bytes) != "default"
            case "SKIPME":
                switch self.token(index + 1, bytes) {
                case "YES": filter.skipsOwn = true
                case "NO": filter.skipsOwn = false
                default: throw .syntax
                }
            default: throw .syntax
            }
        }
        return filter
    }

    private func kill(_ victims: [Client]) -> CommandOutcome {
        var outcome = CommandOutcome.done
        for victim in victims {
            if victim === self.client {
                outcome = .finished
            } else {
                victim.kill()
            }
        }
        return outcome
    }
}
