import Platform
import PosixPlatform

/// Clients that keep a server busy: each sends a batch of requests, waits for all replies, and goes on.
///
/// All on one thread, as most load generators: what is measured is a server, and its clients' own work counts too.
final class LoadGenerator {
    private static let readLength = 256 * 1024

    private let address: NetworkAddress
    private let timeout: Delay
    private let environment: PosixEnvironment
    private var connections: [BenchConnection] = []
    /// By a stream's slot the index of its connection.
    private var places: [Int] = []
    private var events: [Event] = []
    private var chunk = [UInt8](repeating: 0, count: LoadGenerator.readLength)
    private var progressAt: Instant

    /// Connects.
    ///
    /// - Parameter timeout: how long nothing may happen.
    /// - Throws: `unreachable` if nobody answers there.
    init(to address: NetworkAddress, clients: Int, timeout: Delay) throws(CommandError) {
        self.address = address
        self.timeout = timeout
        do {
            self.environment = try PosixEnvironment(trace: { _ in })
        } catch {
            throw CommandError(.inputOutput, "cannot use the network: \(error).")
        }
        self.progressAt = self.environment.now
        do throws(CommandError) {
            try self.connect(clients)
        } catch {
            self.environment.close()
            throw error
        }
    }

    /// Closes the connections; it is of no use afterwards.
    func close() {
        self.environment.close()
    }

    /// Makes the requests and returns what came of it. `progress` is told now and then how many are done.
    ///
    /// - Throws: `unreachable` if the server closes a connection, sends what is no reply, or sends nothing.
    func measure(_ load: BenchLoad, seed: UInt64, _ progress: (Int) -> Void) throws(CommandError) -> BenchResult {
        var requests = BenchRequests(load, seed: seed)
        var latencies = LatencyHistogram()
        var (left, done) = (load.requests, 0)
        let start = self.environment.now
        self.progressAt = start
        for connection in self.connections {
            connection.replies = ReplyCounter()
            try self.ask(connection, min(load.pipeline, left), &requests, &left)
        }
        while done < load.requests {
            for event in try self.nextEvents() {
                switch event {
                case .readable(let stream):
                    let connection = self.connection(stream)
                    guard try self.read(connection) else { continue }
                    latencies.note(self.environment.now.since(connection.sentAt), count: connection.batch)
                    done += connection.batch
                    try self.ask(connection, min(load.pipeline, left), &requests, &left)
                case .writable(let stream): try self.send(self.connection(stream))
                case .closed(_, let error) where done < load.requests:
                    throw self.lost(error?.reason ?? "it closed a connection")
                default: continue
                }
            }
            progress(done)
        }
        let time = self.environment.now.since(start)
        return BenchResult(
            load: load, clients: self.connections.count, time: time, latencies: latencies,
            errors: self.connections.reduce(0) { $0 + $1.replies.errors },
            firstError: self.connections.first { $0.replies.errors > 0 }?.replies.firstError ?? [])
    }

    private func connect(_ clients: Int) throws(CommandError) {
        let target = try self.resolve()
        var waiting = clients
        for _ in 0..<clients {
            let stream = self.environment.network.connect(to: target)
            while self.places.count <= Int(stream.slot) { self.places.append(-1) }
            self.places[Int(stream.slot)] = self.connections.count
            self.connections.append(BenchConnection(stream: stream))
        }
        while waiting > 0 {
            for event in try self.nextEvents() {
                switch event {
                case .connected: waiting -= 1
                case .closed(_, let error): throw self.lost(error?.reason ?? "it closed a connection")
                default: continue
                }
            }
        }
    }

    /// The first of the server's addresses.
    private func resolve() throws(CommandError) -> NetworkAddress {
        self.environment.network.resolve(self.address.host, port: self.address.port, token: 0)
        while true {
            for event in try self.nextEvents() {
                guard case .resolved(_, let result) = event else { continue }
                guard case .success(let addresses) = result, let first = addresses.first else {
                    throw CommandError(.unreachable, "cannot find \(self.address.host). Check --host.")
                }
                return first
            }
        }
    }

    private func connection(_ stream: StreamID) -> BenchConnection {
        self.connections[self.places[Int(stream.slot)]]
    }

    /// Sends the next `count` requests; nothing if none are left.
    private func ask(
        _ connection: BenchConnection, _ count: Int, _ requests: inout BenchRequests, _ left: inout Int
    ) throws(CommandError) {
        guard count > 0 else { return }
        left -= count
        connection.output.removeAll(keepingCapacity: true)
        connection.sentLength = 0
        for _ in 0..<count { requests.append(to: &connection.output) }
        (connection.batch, connection.awaited) = (count, count)
        connection.sentAt = self.environment.now
        try self.send(connection)
    }

    private func send(_ connection: BenchConnection) throws(CommandError) {
        while connection.sentLength < connection.output.count {
            let output = connection.output
            switch self.environment.network.write(
                connection.stream, output.span.extracting(droppingFirst: connection.sentLength))
            {
            case .accepted(let count):
                connection.sentLength += count
                guard count == 0 else { continue }
            case .failed(let error): throw self.lost(error.reason)
            }
            break
        }
        let wantsWriting = connection.sentLength < connection.output.count
        guard wantsWriting != connection.isWriting else { return }
        connection.isWriting = wantsWriting
        self.environment.network.setWriting(connection.stream, wantsWriting)
    }

    /// Takes what has come on a connection; whether all its replies have.
    private func read(_ connection: BenchConnection) throws(CommandError) -> Bool {
        var destination = self.chunk.mutableSpan
        let result = self.environment.network.read(connection.stream, into: &destination)
        switch result {
        case .wouldBlock: return false
        case .end: throw self.lost("it closed a connection")
        case .failed(let error): throw self.lost(error.reason)
        case .bytes(let count):
            let bytes = self.chunk
            guard let completed = connection.replies.take(bytes.span.extracting(first: count)),
                completed <= connection.awaited
            else { throw CommandError(.unreachable, "\(self.address) answers, but not by the Redis protocol.") }
            connection.awaited -= completed
            return completed > 0 && connection.awaited == 0
        }
    }

    private func nextEvents() throws(CommandError) -> [Event] {
        let deadline = self.progressAt + self.timeout
        self.events.removeAll(keepingCapacity: true)
        self.environment.wait(until: deadline)
        self.environment.takeEvents(into: &self.events)
        let now = self.environment.now
        if !self.events.isEmpty { self.progressAt = now }
        guard now < deadline || !self.events.isEmpty else {
            throw CommandError(
                .unreachable,
                "\(self.address) did not answer within \(PlainText.time(nanoseconds: self.timeout.nanoseconds)). "
                    + "Is it busy or stopped? --timeout 30s waits longer.")
        }
        return self.events
    }

    private func lost(_ reason: String) -> CommandError {
        CommandError(
            .unreachable,
            "cannot reach \(self.address) (\(reason.prefix(1).lowercased() + reason.dropFirst())). "
                + "Is the server running?  starling serve --port \(self.address.port), or set --host and --port")
    }
}
