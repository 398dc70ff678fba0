import DataModel
import RESP
import Replication

// CONFIG and its subcommands. Settings are read at the start; here they can only be read.
extension RESPSession {
    func config(_ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica) throws(CommandFailure) {
        switch self.token(1, bytes) {
        case "GET":
            guard self.argumentCount > 2 else { throw .wrongArgumentCount("config|get") }
            var patterns: [GlobPattern] = []
            for index in 2..<self.argumentCount {
                patterns.append(GlobPattern(self.copy(index, bytes), ignoringCase: true))
            }
            let settings = self.settings(replica).filter { setting in
                let name = Array(setting.name.utf8)
                return patterns.contains { $0.matches(name.span) }
            }
            self.encoder.appendMapHeader(count: settings.count, to: &connection.output.bytes)
            for setting in settings { self.appendPair(setting.name, setting.value, connection) }
        case "SET":
            guard self.argumentCount > 3, self.argumentCount.isMultiple(of: 2) else {
                throw .wrongArgumentCount("config|set")
            }
            let name = self.text(2, bytes).lowercased()
            guard self.settings(replica).contains(where: { $0.name == name }) else {
                let shown = ShownText.of(bytes.extracting(self.argument(2)))
                throw .reply("ERR Unknown option or number of arguments for CONFIG SET - '\(shown)'")
            }
            throw .reply(
                "ERR CONFIG SET failed (possibly related to argument '\(name)') - can't set immutable config")
        case "RESETSTAT":
            try self.expect(2, "config|resetstat")
            self.state.statistics.reset()
            self.appendOK(connection)
        case "REWRITE":
            try self.expect(2, "config|rewrite")
            throw .reply("ERR The server is running without a config file")
        default:
            throw .unknownSubcommand(ShownText.of(bytes.extracting(self.argument(1))), of: "CONFIG")
        }
    }

    /// What `CONFIG GET` tells: the settings of Redis that clients ask for, and those of this server.
    private func settings(_ replica: Replica) -> [(name: String, value: String)] {
        let configuration = self.state.configuration
        return [
            ("allow-faults", configuration.allowsFaults ? "yes" : "no"),
            ("appendfsync", configuration.durability.appendfsyncName),
            ("appendonly", "yes"),
            ("bind", configuration.bind),
            ("cluster", replica.configuration.cluster),
            ("databases", "1"),
            ("dir", configuration.dataPath),
            ("durability", configuration.durability.name),
            ("maxclients", String(configuration.maximumClients)),
            ("maxmemory", "0"),
            ("maxmemory-policy", "noeviction"),
            ("name", configuration.name),
            ("port", String(configuration.port)),
            ("proto-max-bulk-len", String(configuration.requests.maximumBulkLength)),
            ("resolver", replica.configuration.resolvers.announcement.joined(separator: " ")),
            ("save", ""),
            ("timeout", "0"),
        ]
    }
}
