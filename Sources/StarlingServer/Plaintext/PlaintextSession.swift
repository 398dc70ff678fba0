import ByteCoding
import Platform
import RESP
import Replication

/// A client that types lines, for example through `nc`.
///
/// A request is a line: a command, a key without spaces, and for `SET` one space and the value, which
/// is all the rest of the line. A reply is a line too. Values are sent as they are; one that holds a
/// line end, and so could not be told from two replies, is sent in base64 under a word of its own.
final class PlaintextSession: ClientSession {
    private let state: ServerState
    /// How many bytes of an incomplete line are known to hold no line end.
    private var scanned = 0

    private static let commands = "GET SET DELETE PING HELP QUIT"

    init(state: ServerState) {
        self.state = state
    }

    func receive(
        _ bytes: Span<UInt8>, consumed: inout Int, on connection: ClientConnection, replica: Replica
    ) -> SessionProgress {
        let limit = self.state.configuration.maximumLineLength
        var position = 0
        defer { consumed += position }
        while connection.output.unsentLength <= replica.configuration.limits.outputLength {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: position + self.scanned) else {
                self.scanned = bytes.count - position
                // One more is the carriage return of a line that is just short enough.
                guard self.scanned <= limit + 1 else { return self.refuseLine(connection, limit) }
                return .ready
            }
            var line = position..<end
            if !line.isEmpty, bytes[end - 1] == UInt8(ascii: "\r") { line = position..<(end - 1) }
            guard line.count <= limit else { return self.refuseLine(connection, limit) }
            let progress = self.serve(bytes.extracting(line), connection, replica)
            guard progress != .blocked else {
                self.scanned = end - position
                return .blocked
            }
            self.scanned = 0
            position = end + 1
            guard progress == .ready else { return progress }
        }
        return .ready
    }

    func reply(to failure: HeldFailure) -> [UInt8] { Array("\(FailureText.of(failure))\n".utf8) }

    func closed() {}

    private func refuseLine(_ connection: ClientConnection, _ limit: Int) -> SessionProgress {
        self.reply("ERR line is longer than \(limit) bytes", connection)
        return .finished
    }

    private func reply(_ line: String, _ connection: ClientConnection) {
        if line.hasPrefix("ERR ") { self.state.statistics.noteError("ERR") }
        connection.output.bytes.append(contentsOf: line.utf8)
        self.endLine(connection)
    }

    private func endLine(_ connection: ClientConnection) {
        connection.output.bytes.append(UInt8(ascii: "\r"))
        connection.output.bytes.append(UInt8(ascii: "\n"))
    }

    /// Serves one line: a reply, held until what it reveals or acknowledges is durable.
    private func serve(_ line: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica) -> SessionProgress {
        guard !line.isEmpty else { return .ready }
        let start = connection.output.bytes.count
        let space = line.firstIndex(of: UInt8(ascii: " ")) ?? line.count
        let rest = line.extracting(min(space + 1, line.count)..<line.count)
        var heldUntil: UInt64 = 0
        do throws(ReplicaError) {
            switch RESPToken(of: line.extracting(0..<space)) {
            case "GET" where !replica.isServing, "SET" where !replica.isServing, "DELETE" where !replica.isServing,
                "DEL" where !replica.isServing, "PING" where !replica.isServing:
                self.reply("ERR \(FailureText.healing)", connection)
            case "GET": heldUntil = try self.get(rest, connection, replica)
            case "SET": heldUntil = try self.set(rest, connection, replica)
            case "DELETE", "DEL": heldUntil = try self.delete(rest, connection, replica)
            case "PING": self.reply("+PONG", connection)
            case "HELP": for line in Self.help { self.reply(line, connection) }
            case "QUIT":
                self.reply("OK", connection)
                return .finished
            default:
                let name = ShownText.of(line.extracting(0..<space))
                self.reply("ERR unknown command \"\(name)\" (\(Self.commands))", connection)
            }
        } catch {
            if case .busy = error { return .blocked }
            if case .leadership(let refusal) = error {
                self.reply(LeaderDirection(replica).plainText(for: refusal), connection)
                self.state.statistics.noteOtherCall()
                return .ready
            }
            let text = error.replyText
            self.reply(text.hasPrefix("ERR ") ? text : "ERR \(text)", connection)
        }
        self.state.statistics.noteOtherCall()
        if !replica.isAcknowledged(heldUntil) { connection.hold(from: start, until: heldUntil) }
        return .ready
    }

    /// A key: not empty, no space in it.
    private func isKey(_ bytes: Span<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.firstIndex(of: UInt8(ascii: " ")) == nil
    }

    private func get(
        _ key: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(ReplicaError) -> UInt64 {
        guard self.isKey(key) else {
            self.reply("ERR usage: GET key", connection)
            return 0
        }
        try replica.admitRead(isLocal: false)
        let reading = try replica.read(key, into: &self.state.value)
        switch reading.outcome {
        case .missing: self.reply("NOT_FOUND", connection)
        case .undecided(let siblings):
            self.reply(
                "ERR CONFLICT \(ShownText.of(key)) has \(siblings) siblings; settle them with SET", connection)
        case .found: self.appendValue(connection)
        }
        return reading.heldUntil
    }

    private func appendValue(_ connection: ClientConnection) {
        let isOneLine = !self.state.value.contains { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        connection.output.bytes.append(contentsOf: (isOneLine ? "VALUE " : "VALUE_BASE64 ").utf8)
        if isOneLine {
            connection.output.bytes.append(contentsOf: self.state.value)
        } else {
            Base64.append(self.state.value, to: &connection.output.bytes)
        }
        self.endLine(connection)
    }

    private func set(
        _ rest: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(ReplicaError) -> UInt64 {
        guard let space = rest.firstIndex(of: UInt8(ascii: " ")), space > 0 else {
            self.reply("ERR usage: SET key value", connection)
            return 0
        }
        try replica.admitWrite()
        let receipt = try replica.put(rest.extracting(0..<space), rest.extracting((space + 1)..<rest.count))
        self.reply("OK", connection)
        return receipt.heldUntil
    }

    private func delete(
        _ key: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(ReplicaError) -> UInt64 {
        guard self.isKey(key) else {
            self.reply("ERR usage: DELETE key", connection)
            return 0
        }
        try replica.admitWrite()
        try replica.admitRead(isLocal: false)
        guard let receipt = try replica.delete(key) else {
            let heldUntil = try replica.look(at: key).heldUntil
            self.reply("NOT_FOUND", connection)
            return heldUntil
        }
        self.reply("OK", connection)
        return receipt.heldUntil
    }

    private static let help = [
        "GET key         answers VALUE and the value, or NOT_FOUND",
        "SET key value   answers OK; the value is the rest of the line",
        "DELETE key      answers OK, or NOT_FOUND",
        "PING            answers +PONG",
        "QUIT            closes the connection",
        "A key has no spaces. A value with line ends in it is answered as VALUE_BASE64 and its base64 form.",
        "What goes wrong is answered as ERR and the reason. This port also speaks the Redis protocol and HTTP.",
    ]
}
