import ByteCoding
import Journal
import Platform
import RESP
import Replication

// The commands on the server as a whole.
extension RESPSession {
    func perform(
        _ command: ServerCommand, _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) -> CommandOutcome {
        switch command {
        case .command: try self.command(bytes, connection)
        case .info: self.info(bytes, connection, replica)
        case .config: try self.config(bytes, connection, replica)
        case .databaseSize: self.databaseSize(connection, replica)
        case .flushAll, .flushDatabase: try self.flushAll(command, bytes, connection, replica)
        case .time: self.time(connection, replica)
        case .role: self.role(connection, replica)
        case .memory: try self.memory(bytes, connection, replica)
        case .starling: return try self.starling(bytes, connection, replica)
        }
        return .done
    }

    private func info(_ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica) {
        var sections: [String] = []
        for index in 1..<max(1, self.argumentCount) { sections.append(self.text(index, bytes).lowercased()) }
        self.state.statistics.sample(at: replica.now)
        let report = InfoReport(state: self.state, replica: replica)
        self.encoder.appendVerbatimText(report.text(sections), to: &connection.output.bytes)
    }

    private func time(_ connection: ClientConnection, _ replica: Replica) {
        let now = replica.wallNow.milliseconds
        self.encoder.appendArrayHeader(count: 2, to: &connection.output.bytes)
        self.encoder.appendBulk(String(now / 1_000), to: &connection.output.bytes)
        self.encoder.appendBulk(String(now % 1_000 * 1_000), to: &connection.output.bytes)
    }

    private func memory(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        guard self.token(1, bytes) == "USAGE" else {
            throw .unknownSubcommand(ShownText.of(bytes.extracting(self.argument(1))), of: "MEMORY")
        }
        guard self.argumentCount == 3 || self.argumentCount == 5 else {
            throw .wrongArgumentCount("memory|usage")
        }
        if self.argumentCount == 5 {
            guard self.token(3, bytes) == "SAMPLES" else { throw .syntax }
            guard try self.integer(4, bytes) >= 0 else { throw .syntax }
        }
        let key = bytes.extracting(self.argument(2))
        guard try self.look(at: key, replica).outcome != .missing, let slot = replica.journal.index.find(key) else {
            self.encoder.appendNull(to: &connection.output.bytes)
            return
        }
        // Values stay on disk: a key costs its bytes, its slot and about two words for each sibling.
        let records = replica.journal.index.recordCount(of: slot)
        self.encoder.appendInteger(Int64(key.count + 96 + 64 * (records - 1)), to: &connection.output.bytes)
    }

    /// `COMMAND` and its subcommands.
    private func command(_ bytes: Span<UInt8>, _ connection: ClientConnection) throws(CommandFailure) {
        let rows = CommandTable.rows
        guard self.argumentCount > 1 else {
            self.encoder.appendArrayHeader(count: rows.count, to: &connection.output.bytes)
            for row in rows { self.appendRow(row, connection) }
            return
        }
        switch self.token(1, bytes) {
        case "COUNT":
            try self.expect(2, "command|count")
            self.encoder.appendInteger(Int64(rows.count), to: &connection.output.bytes)
        case "LIST":
            self.encoder.appendArrayHeader(count: rows.count, to: &connection.output.bytes)
            for row in rows { self.encoder.appendBulk(row.name, to: &connection.output.bytes) }
        case "INFO":
            guard self.argumentCount > 2 else {
                self.encoder.appendArrayHeader(count: rows.count, to: &connection.output.bytes)
                for row in rows { self.appendRow(row, connection) }
                return
            }
            self.encoder.appendArrayHeader(count: self.argumentCount - 2, to: &connection.output.bytes)
            for index in 2..<self.argumentCount {
                if let command = Command(self.token(index, bytes)) {
                    self.appendRow(command.row, connection)
                } else {
                    self.encoder.appendNullArray(to: &connection.output.bytes)
                }
            }
        case "DOCS":
            var asked: [CommandRow] = []
            for index in 2..<max(2, self.argumentCount) {
                if let command = Command(self.token(index, bytes)) { asked.append(command.row) }
            }
            if self.argumentCount == 2 { asked = rows }
            self.encoder.appendMapHeader(count: asked.count, to: &connection.output.bytes)
            for row in asked { self.appendDocumentation(row, connection) }
        default:
            throw .unknownSubcommand(ShownText.of(bytes.extracting(self.argument(1))), of: "COMMAND")
        }
    }

    private func appendRow(_ row: CommandRow, _ connection: ClientConnection) {
        self.encoder.appendArrayHeader(count: 10, to: &connection.output.bytes)
        self.encoder.appendBulk(row.name, to: &connection.output.bytes)
        self.encoder.appendInteger(Int64(row.arity), to: &connection.output.bytes)
        self.encoder.appendSetHeader(count: row.flags.count, to: &connection.output.bytes)
        for flag in row.flags { self.encoder.appendSimpleString(flag, to: &connection.output.bytes) }
        for number in [row.keys.first, row.keys.last, row.keys.step] {
            self.encoder.appendInteger(Int64(number), to: &connection.output.bytes)
        }
        // Categories, tips, key specifications and subcommands: none are told.
        self.encoder.appendSetHeader(count: 0, to: &connection.output.bytes)
        for _ in 0..<3 { self.encoder.appendArrayHeader(count: 0, to: &connection.output.bytes) }
    }

    private func appendDocumentation(_ row: CommandRow, _ connection: ClientConnection) {
        let arguments = row.arguments
        self.encoder.appendBulk(row.name, to: &connection.output.bytes)
        self.encoder.appendMapHeader(count: arguments.isEmpty ? 3 : 4, to: &connection.output.bytes)
        self.appendPair("summary", row.summary, connection)
        self.appendPair("since", row.since, connection)
        self.appendPair("group", row.group, connection)
        guard !arguments.isEmpty else { return }
        self.encoder.appendBulk("arguments", to: &connection.output.bytes)
        self.encoder.appendArrayHeader(count: arguments.count, to: &connection.output.bytes)
        for argument in arguments {
            self.encoder.appendMapHeader(count: argument.isOptional ? 4 : 3, to: &connection.output.bytes)
            self.appendPair("name", argument.text, connection)
            self.appendPair("type", "string", connection)
            self.appendPair("display_text", argument.text, connection)
            guard argument.isOptional else { continue }
            self.encoder.appendBulk("flags", to: &connection.output.bytes)
            self.encoder.appendArrayHeader(count: 1, to: &connection.output.bytes)
            self.encoder.appendSimpleString("optional", to: &connection.output.bytes)
        }
    }
}
