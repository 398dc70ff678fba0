import Platform
import PosixPlatform
import RESP

/// A client's connection to a node: one request and its reply at a time, each within a time limit.
///
/// It blocks the calling thread while it waits. It belongs to one thread.
final class NodeConnection {
    /// Bytes asked for in one read.
    private static let readLength = 65_536

    let address: NetworkAddress
    private let timeout: Delay
    private let environment: PosixEnvironment
    private var stream: StreamID?
    private var parser = RESPReplyParser()
    /// What has arrived and is not parsed.
    private var received: [UInt8] = []
    /// Why nothing more will arrive; what has arrived still counts.
    private var ending: String?
    private var events: [Event] = []
    private var chunk = [UInt8](repeating: 0, count: NodeConnection.readLength)

    /// Connects.
    ///
    /// - Parameter timeout: for the connection, and for each reply.
    /// - Throws: `unreachable` if nobody answers, or who answers does not speak the protocol.
    init(to address: NetworkAddress, timeout: Delay) throws(CommandError) {
        self.address = address
        self.timeout = timeout
        do {
            self.environment = try PosixEnvironment(trace: { _ in })
        } catch {
            throw CommandError(.inputOutput, "cannot use the network: \(error).")
        }
        do throws(CommandError) {
            try self.connect()
            // Maps instead of flat lists. A server that does not know it is talked to all the same.
            _ = try self.call(["HELLO", "3"])
        } catch {
            self.environment.close()
            throw error
        }
    }

    /// Closes the connection; it is of no use afterwards.
    func close() {
        self.environment.close()
    }

    /// Sends a request made of texts and returns its reply.
    func call(_ arguments: [String]) throws(CommandError) -> RESPValue {
        try self.call(arguments.map { Array($0.utf8) })
    }

    /// Sends a request and returns its reply, which may be an error.
    func call(_ arguments: [[UInt8]]) throws(CommandError) -> RESPValue {
        var request: [UInt8] = []
        RESPRequest.encode(arguments, into: &request)
        let deadline = self.environment.now + self.timeout
        try self.send(request, deadline)
        return try self.receive(deadline)
    }

    /// Sends many requests at once and returns their replies in order.
    func pipeline(_ requests: [[String]]) throws(CommandError) -> [RESPValue] {
        var bytes: [UInt8] = []
        for request in requests {
            RESPRequest.encode(request.map { Array($0.utf8) }, into: &bytes)
        }
        let deadline = self.environment.now + self.timeout
        try self.send(bytes, deadline)
        var replies: [RESPValue] = []
        while replies.count < requests.count {
            replies.append(try self.receive(deadline))
        }
        return replies
    }

    /// Tries each address of the name in turn until one is connected.
    private func connect() throws(CommandError) {
        let deadline = self.environment.now + self.timeout
        var last = CommandError(.unreachable, "cannot reach \(self.address): the name has no address.")
        for candidate in try self.resolve(deadline) {
            let stream = self.environment.network.connect(to: candidate)
            switch try self.outcome(of: stream, deadline) {
            case nil:
                self.stream = stream
                return
            case .some(let error):
                last = Self.unreachable(self.address, error.reason)
            }
        }
        throw last
    }

    private func resolve(_ deadline: Instant) throws(CommandError) -> [NetworkAddress] {
        self.environment.network.resolve(self.address.host, port: self.address.port, token: 0)
        while true {
            for event in try self.nextEvents(deadline) {
                guard case .resolved(_, let result) = event else { continue }
                switch result {
                case .success(let addresses): return addresses
                case .failure(let error):
                    throw CommandError(.unreachable, "cannot find \(self.address.host): \(error.reason). Check --host.")
                }
            }
        }
    }

    /// Waits for a connection; nil if it was made, else why not.
    private func outcome(of stream: StreamID, _ deadline: Instant) throws(CommandError) -> SystemCallError? {
        while true {
            for event in try self.nextEvents(deadline) {
                switch event {
                case .connected(stream): return nil
                case .closed(stream, let error):
                    return error
                        ?? SystemCallError(
                            kind: .connectionReset, call: "connect", subject: "\(self.address)",
                            reason: "Connection closed")
                default: continue
                }
            }
        }
    }

    private func send(_ bytes: [UInt8], _ deadline: Instant) throws(CommandError) {
        guard let stream = self.stream else { throw Self.unreachable(self.address, "the connection is closed") }
        var sent = 0
        while true {
            switch self.environment.network.write(stream, bytes.span.extracting(droppingFirst: sent)) {
            case .accepted(let count): sent += count
            case .failed(let error): throw Self.unreachable(self.address, error.reason)
            }
            guard sent < bytes.count else { break }
            // The other side may wait for its replies to be taken before it reads on.
            self.takeBytes(stream)
            if let ending = self.ending {
                throw Self.unreachable(self.address, ending)
            }
            self.environment.network.setWriting(stream, true)
            _ = try self.nextEvents(deadline)
        }
        self.environment.network.setWriting(stream, false)
    }

    private func receive(_ deadline: Instant) throws(CommandError) -> RESPValue {
        guard let stream = self.stream else { throw Self.unreachable(self.address, "the connection is closed") }
        while true {
            if let first = self.received.first, !Self.typeMarks.contains(first) {
                throw self.notStarling()
            }
            switch self.parser.parse(self.received.span, from: 0) {
            case .complete(let reply, let next):
                self.received.removeFirst(next)
                return reply
            case .incomplete(let next):
                self.received.removeFirst(next)
            case .failed:
                throw self.notStarling()
            }
            if let ending = self.ending {
                throw Self.unreachable(self.address, ending)
            }
            _ = try self.nextEvents(deadline)
            self.takeBytes(stream)
        }
    }

    /// The bytes that replies begin with.
    private static let typeMarks = Array("+-:$*_#,(!=%|~>".utf8)

    /// Takes what has arrived.
    private func takeBytes(_ stream: StreamID) {
        while self.ending == nil {
            var span = self.chunk.mutableSpan
            switch self.environment.network.read(stream, into: &span) {
            case .bytes(let count): self.received += self.chunk[..<count]
            case .wouldBlock: return
            case .end: self.ending = "it closed the connection"
            case .failed(let error): self.ending = error.reason
            }
        }
    }

    /// Waits for something to happen.
    private func nextEvents(_ deadline: Instant) throws(CommandError) -> [Event] {
        guard self.environment.now < deadline else {
            throw CommandError(
                .unreachable,
                "\(self.address) did not answer within \(PlainText.time(nanoseconds: self.timeout.nanoseconds)). "
                    + "Is it busy or stopped? --timeout 30s waits longer.")
        }
        self.events.removeAll(keepingCapacity: true)
        self.environment.wait(until: deadline)
        self.environment.takeEvents(into: &self.events)
        return self.events
    }

    private func notStarling() -> CommandError {
        let line = self.received.prefix { $0 != 0x0A && $0 != 0x0D }
        return CommandError(
            .unreachable,
            "\(self.address) answered but is not starling (got \(PlainText.quoted(Array(line)))). "
                + "Nodes usually listen from port 9000.")
    }

    private static func unreachable(_ address: NetworkAddress, _ reason: String) -> CommandError {
        CommandError(
            .unreachable,
            "cannot reach \(address) (\(reason.prefix(1).lowercased() + reason.dropFirst())). "
                + "Is the server running?  starling serve --port \(address.port), or set --host and --port")
    }
}
