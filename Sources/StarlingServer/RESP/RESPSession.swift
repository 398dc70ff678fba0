import Platform
import RESP
import Replication

/// A client that speaks the Redis protocol.
///
/// Commands are served in the order in which they come. What a reply reveals or acknowledges is
/// durable before the reply leaves: each command notes how far the log must be synced, and the reply
/// is held until it is. A command that finds no room in the log has done nothing yet; it is left in the
/// input and served again.
final class RESPSession: ClientSession {
    let state: ServerState
    let client: Client
    // Every request asks for these. That accesses do not overlap is not checked: they are values, and nothing done to
    // them calls anybody, the parser's work included.
    @exclusivity(unchecked) private var uncheckedRequest = RESPRequest()
    @exclusivity(unchecked) private var uncheckedParser: RESPRequestParser
    @exclusivity(unchecked) private var uncheckedHeldUntil: UInt64 = 0
    @exclusivity(unchecked) private var uncheckedReplyMode = ReplyMode.on
    var encoder = RESPEncoder(version: .two)
    /// This connection's latest write, for `WAIT`.
    var lastWrite: WriteReceipt?
    /// The `WAIT` that has not been answered.
    private var wait: (replica: Replica, id: UInt64)?
    /// The backup that was begun on this connection, to be given up with it.
    var backup: (replica: Replica, id: UInt64)?
    var flush: FlushProgress?
    /// The way to the leader, while requests are passed on.
    var forwarding: RESPForwarding?
    /// Whether the latest write was passed on, so that the leader knows who has it.
    var hasForwardedWrite = false
    /// What is watched, and queued since `MULTI`.
    var transaction: QueuedTransaction? {
        didSet { self.client.transaction = self.transaction }
    }

    init(state: ServerState, client: Client) {
        self.state = state
        self.client = client
        unsafe self.uncheckedParser = RESPRequestParser(limits: state.configuration.requests)
    }

    /// The request that is being served: where its arguments lie in the bytes.
    var request: RESPRequest {
        _read { yield unsafe self.uncheckedRequest }
        _modify { yield unsafe &self.uncheckedRequest }
    }

    /// How far the log must be synced before the reply to this request may leave; 0 for not at all.
    var heldUntil: UInt64 {
        _read { yield unsafe self.uncheckedHeldUntil }
        _modify { yield unsafe &self.uncheckedHeldUntil }
    }

    var replyMode: ReplyMode {
        _read { yield unsafe self.uncheckedReplyMode }
        _modify { yield unsafe &self.uncheckedReplyMode }
    }

    private var parser: RESPRequestParser {
        _read { yield unsafe self.uncheckedParser }
        _modify { yield unsafe &self.uncheckedParser }
    }

    func receive(
        _ bytes: Span<UInt8>, consumed: inout Int, on connection: ClientConnection, replica: Replica
    ) -> SessionProgress {
        guard !self.client.isKilled else { return .finished }
        self.client.lastActive = replica.now
        var position = 0
        defer { consumed += position }
        // One client's replies are bounded: the rest of its requests waits until they have left.
        while connection.output.unsentLength <= replica.configuration.limits.outputLength {
            switch self.parser.parse(bytes, from: position, into: &self.request) {
            case .incomplete:
                self.state.statistics.sample(at: replica.now)
                return self.rest
            case .failed(let error):
                self.state.statistics.noteError("ERR")
                self.encoder.appendError("ERR \(error)", to: &connection.output.bytes)
                position = bytes.count
                return .finished
            case .complete(let next):
                if self.request.arguments.isEmpty {
                    position = next
                    continue
                }
                if self.forwarding != nil, self.mustAwaitAnswers(bytes, replica) { return .suspended }
                let progress = self.serve(bytes, connection, replica)
                guard progress != .blocked else { return .blocked }
                position = next
                guard progress == .ready else { return progress }
            }
        }
        return self.rest
    }

    /// What is asked of the connection when there is nothing more to do for now.
    private var rest: SessionProgress { self.forwarding?.isAwaited ?? false ? .suspended : .ready }

    func reply(to failure: HeldFailure) -> [UInt8] { Array("-\(FailureText.of(failure))\r\n".utf8) }

    func closed() {
        if let wait = self.wait { wait.replica.cancelWait(wait.id) }
        self.endWait()
        self.endForwarding()
        if let backup = self.backup { backup.replica.closeBackup(backup.id) }
        self.state.clients.remove(self.client)
    }

    func beginWait(_ id: UInt64, on replica: Replica) {
        self.wait = (replica, id)
        self.state.waitingClients += 1
    }

    func endWait() {
        guard self.wait != nil else { return }
        self.wait = nil
        self.state.waitingClients -= 1
    }

    /// Where an argument of the request lies in the bytes; the command's name is argument 0.
    func argument(_ index: Int) -> Range<Int> {
        self.request.arguments[index]
    }

    /// The number of arguments, the command's name included.
    var argumentCount: Int {
        self.request.arguments.count
    }

    /// Serves the parsed request: one reply, held as long as it must be.
    private func serve(_ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica) -> SessionProgress {
        let start = connection.output.bytes.count
        let mode = self.replyMode
        self.heldUntil = 0
        var outcome = CommandOutcome.done
        do throws(CommandFailure) {
            outcome = try self.perform(bytes, connection, replica)
        } catch {
            connection.output.bytes.removeLast(connection.output.bytes.count - start)
            switch error {
            case .busy: return .blocked
            case .reply(let text), .elsewhere(let text):
                self.state.statistics.noteError(text)
                self.encoder.appendError(text, to: &connection.output.bytes)
            }
        }
        switch mode {
        case .on: break
        case .off: if self.replyMode == .off { self.dropReply(from: start, connection) }
        case .skippingNext:
            self.dropReply(from: start, connection)
            if self.replyMode == .skippingNext { self.replyMode = .on }
        }
        if !replica.isAcknowledged(self.heldUntil) { connection.hold(from: start, until: self.heldUntil) }
        switch outcome {
        case .done: return .ready
        case .suspended: return .suspended
        case .finished: return .finished
        }
    }

    func dropReply(from start: Int, _ connection: ClientConnection) {
        connection.output.bytes.removeLast(connection.output.bytes.count - start)
    }

    private func perform(
        _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) -> CommandOutcome {
        guard let command = Command(RESPToken(of: bytes.extracting(self.argument(0)))) else {
            self.state.statistics.noteOtherCall()
            if self.isQueueing { self.transaction?.isBroken = true }
            throw self.unknownCommand(bytes)
        }
        self.client.lastCommand = command
        guard command.accepts(argumentCount: self.argumentCount) else {
            self.state.statistics.noteRejection(command)
            if self.isQueueing { self.transaction?.isBroken = true }
            throw .wrongArgumentCount(command.row.name)
        }
        guard replica.isServing || self.needsNoStore(command, bytes) else {
            if self.isQueueing { self.transaction?.isBroken = true }
            throw .reply(FailureText.healing)
        }
        if self.transaction != nil, self.isQueueing, !command.endsQueueing {
            try self.enqueue(command, bytes, connection)
            return .done
        }
        do throws(CommandFailure) {
            if !replica.isLeaderless {
                try self.admit(command.access(argumentCount: self.argumentCount), replica)
            }
            let outcome = try self.dispatch(command, bytes, connection, replica)
            self.state.statistics.noteCall(command)
            return outcome
        } catch {
            if case .elsewhere(let text) = error {
                return try self.forward(command, bytes, connection, replica, orReply: text)
            }
            if case .reply = error { self.state.statistics.noteFailure(command) }
            throw error
        }
    }

    /// Whether the command is answered while the node heals.
    private func needsNoStore(_ command: Command, _ bytes: Span<UInt8>) -> Bool {
        guard command.row.flags.contains("loading") else { return false }
        guard case .server(.starling) = command else { return true }
        return switch self.token(1, bytes) {
        case "STATUS", "PEERS", "HELP": true
        default: false
        }
    }

    private func dispatch(
        _ command: Command, _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) -> CommandOutcome {
        switch command {
        case .string(let command):
            try self.perform(command, bytes, connection, replica)
            return .done
        case .key(let command):
            return try self.perform(command, bytes, connection, replica)
        case .connection(let command):
            return try self.perform(command, bytes, connection, replica)
        case .server(let command):
            return try self.perform(command, bytes, connection, replica)
        case .transaction(let command):
            try self.perform(command, bytes, connection, replica)
            return .done
        }
    }

    /// Does a request of a transaction, which is none that suspends or ends the session.
    func performQueued(
        _ command: Command, _ bytes: Span<UInt8>, _ connection: ClientConnection, _ replica: Replica
    ) throws(CommandFailure) {
        _ = try self.dispatch(command, bytes, connection, replica)
    }

    /// As Redis words it: clients look for this text.
    private func unknownCommand(_ bytes: Span<UInt8>) -> CommandFailure {
        var shown = ""
        for index in 1..<max(1, self.argumentCount) {
            guard shown.utf8.count < ShownText.maximumLength else { break }
            shown += "'\(ShownText.of(bytes.extracting(self.argument(index))))' "
        }
        let name = ShownText.of(bytes.extracting(self.argument(0)))
        return .reply("ERR unknown command '\(name)', with args beginning with: \(shown)")
    }
}
