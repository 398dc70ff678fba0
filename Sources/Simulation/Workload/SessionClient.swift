import Platform

/// A client on a machine of its own: one connection at a time, over the simulated network, requests sent
/// without waiting for replies.
final class SessionClient {
    private let cluster: SimulatedCluster
    private let machine: SimulatedMachine
    private let ledger: SessionLedger
    private var environment: SimulatedEnvironment?
    private var stream: StreamID?
    private var node: SimulatedNode
    private var isConnected = false
    private var output: [UInt8] = []
    private var input: [UInt8] = []
    private var buffer = [UInt8](repeating: 0, count: 512)
    private var events: [Event] = []
    private var replies = ReplyChecker()
    private var lastProgress: Instant
    /// Whether it may give a silent connection up.
    var isPatient = false
    /// Replies that have come.
    private(set) var answered = 0

    private static let patience = Delay.seconds(5)

    init(_ number: Int, on cluster: SimulatedCluster, _ ledger: SessionLedger) {
        self.cluster = cluster
        self.ledger = ledger
        self.node = cluster.nodes[0]
        self.lastProgress = cluster.scheduler.now
        self.machine = SimulatedMachine(
            name: "c\(number + 1)", host: "10.0.1.\(number + 1)", scheduler: cluster.scheduler, fabric: cluster.fabric)
    }

    /// Switches its machine on.
    func start() {
        self.machine.start { environment in
            self.environment = environment
            return { [unowned self] in self.takeTurn() }
        }
    }

    /// Whether no reply is waited for.
    var isAtRest: Bool { self.replies.awaited.isEmpty }

    /// Asks, on the connection there is, or on a new one to this node.
    func ask(_ lines: [(verb: String, rest: String)], at node: SimulatedNode) {
        if self.stream == nil { self.connect(to: node) }
        for line in lines {
            let id = self.ledger.makeID()
            self.replies.asked(id)
            self.output += Array("\(line.verb) \(id) \(line.rest)\n".utf8)
        }
        self.machine.wake()
    }

    /// Gives the connection up, with all that was asked on it.
    func hangUp() {
        if let stream { self.machine.network.close(stream) }
        self.forget()
    }

    private func connect(to node: SimulatedNode) {
        self.node = node
        self.isConnected = false
        self.lastProgress = self.cluster.scheduler.now
        self.stream = self.machine.network.connect(to: SimulatedCluster.address(node.number))
    }

    private func forget() {
        self.stream = nil
        self.output = []
        self.input = []
        self.replies.ended()
    }

    private func takeTurn() -> Instant? {
        self.events.removeAll()
        self.environment?.takeEvents(into: &self.events)
        for event in self.events {
            switch event {
            case .connected(let stream): if stream == self.stream { self.isConnected = true }
            case .readable(let stream): if stream == self.stream { self.read(stream) }
            case .closed(let stream, _): if stream == self.stream { self.forget() }
            case .writable, .accepted, .datagram, .stored, .resolved: break
            }
        }
        self.send()
        guard self.stream != nil, !self.replies.awaited.isEmpty, !self.isPatient else { return nil }
        let deadline = self.lastProgress + SessionClient.patience
        guard deadline <= self.cluster.scheduler.now else { return deadline }
        self.hangUp()
        return nil
    }

    private func send() {
        guard let stream, self.isConnected, !self.output.isEmpty else { return }
        // Nothing lent of this client's own may still be lent when it is changed.
        let output = self.output
        switch self.machine.network.write(stream, output.span) {
        case .accepted(let count):
            self.output.removeFirst(count)
            self.machine.network.setWriting(stream, !self.output.isEmpty)
        case .failed: self.hangUp()
        }
    }

    private func read(_ stream: StreamID) {
        switch self.fillBuffer(stream) {
        case .bytes(let count): self.takeIn(count)
        case .wouldBlock: break
        case .end, .failed: self.hangUp()
        }
    }

    private func fillBuffer(_ stream: StreamID) -> ReadResult {
        var buffer: [UInt8] = []
        swap(&buffer, &self.buffer)
        defer { swap(&buffer, &self.buffer) }
        var destination = buffer.mutableSpan
        return self.machine.network.read(stream, into: &destination)
    }

    private func takeIn(_ count: Int) {
        for byte in self.buffer[..<count] {
            guard byte == UInt8(ascii: "\n") else {
                self.input.append(byte)
                continue
            }
            let line = String(decoding: self.input, as: UTF8.self)
            self.input.removeAll()
            self.take(line)
        }
    }

    private func take(_ line: String) {
        let words = line.split(separator: " ")
        // What the node says before it closes a connection whose replies it cannot keep.
        guard words.first != "!" else { return self.replies.ended() }
        self.lastProgress = self.cluster.scheduler.now
        self.answered += 1
        let id = words.first.flatMap { UInt64($0) } ?? 0
        self.cluster.check { () throws(Finding) in try self.replies.replied(id, by: self.node.name) }
        for index in self.ledger.take(id) { self.cluster.history.noteTold(index) }
    }
}
