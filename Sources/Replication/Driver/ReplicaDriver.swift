import ByteCoding
package import Journal
package import Platform

/// Carries out what the replica decides, in the real world and in a simulated one alike.
///
/// A turn takes in everything that has happened, serves it, appends once, syncs once and sends the
/// replies that may leave: group commit falls out of it. All protocol rules are in the replica and
/// the sessions; here is only bookkeeping of streams, storage jobs and deadlines.
package final class ReplicaDriver<World: Environment> {
    package let environment: World
    package let replica: Replica
    /// Makes sessions for client connections; without one only peers are served.
    package var makeSession: SessionFactory?
    /// Where this node listens; set by ``start()``.
    package private(set) var address: NetworkAddress

    // What every turn asks for several times. That accesses do not overlap is not checked: these lists are only read
    // by index, copied, appended to or shortened, each at once.
    @exclusivity(unchecked) private var uncheckedSlots: [DriverSlot] = []
    @exclusivity(unchecked) private var uncheckedResumed: [StreamID] = []
    @exclusivity(unchecked) private var uncheckedClosing: [(stream: StreamID, due: Instant)] = []
    /// Which stream carries a link. Only looked up, never iterated.
    var streams: [LinkID: StreamID] = [:]
    var connectionCount = 0
    var connectionNumber: UInt64 = 0
    /// Connections that may have something to send after this turn.
    var outputs: [StreamID] = []
    /// Connections whose sessions wait for room in the log.
    var blocked: [StreamID] = []
    /// The buffer that a turn's events are taken into; empty between turns.
    var events: [Event] = []
    /// The buffer that the exchange's effects are taken into; empty between turns.
    var effects: [Effect] = []
    var readBuffer: [UInt8]
    var lastSync: Instant
    /// Connections for requests that are passed on that have something to send, or are over.
    var upstreams: [Upstream] = []
    /// How often whoever waits was asked again because of leader mode.
    var stirs: UInt64 = 0
    var isAcceptingPaused = false
    var isDraining = false
    var hasReportedFailure = false
    /// Whether bytes wait that the disk has refused to take.
    var isWaitingForDisk = false
    /// When they are to be written once more.
    var nextAttempt = Instant.distantFuture

    package init(environment: World, replica: Replica) {
        self.environment = environment
        self.replica = replica
        self.address = replica.configuration.listen
        self.readBuffer = [UInt8](repeating: 0, count: replica.configuration.limits.readLength)
        self.lastSync = environment.now
        replica.clock = { [unowned environment] in environment.now }
    }

    /// By a stream's slot what it carries.
    var slots: [DriverSlot] {
        _read { yield unsafe self.uncheckedSlots }
        _modify { yield unsafe &self.uncheckedSlots }
    }

    /// Connections resumed since the last turn.
    var resumed: [StreamID] {
        _read { yield unsafe self.uncheckedResumed }
        _modify { yield unsafe &self.uncheckedResumed }
    }

    /// Links that are closed when their last bytes have left, or then at the latest, in that order.
    var closing: [(stream: StreamID, due: Instant)] {
        _read { yield unsafe self.uncheckedClosing }
        _modify { yield unsafe &self.uncheckedClosing }
    }

    /// Listens and joins the multicast group. Call once, before the first turn.
    package func listen() throws(SystemCallError) {
        let configuration = self.replica.configuration
        self.address = try self.environment.network.listen(on: configuration.listen)
        if let group = configuration.discovery {
            do throws(SystemCallError) {
                try self.environment.network.joinMulticast(group, interface: configuration.discoveryInterface)
            } catch {
                self.environment.network.stopListening()
                throw error
            }
        }
        self.replica.exchange.listen(on: self.address, localHosts: self.environment.network.localHosts())
    }

    /// Begins to look for peers and to converse with them.
    package func begin() {
        self.replica.exchange.begin(now: self.environment.now)
    }

    /// Serves everything that has happened. Never waits.
    package func turn() {
        self.replica.beginTurn(now: self.environment.now, wallNow: self.environment.wallNow)
        var events: [Event] = []
        swap(&events, &self.events)
        self.environment.takeEvents(into: &events)
        for event in events { self.handle(event) }
        if !events.isEmpty { events.removeAll(keepingCapacity: true) }
        swap(&events, &self.events)
        self.releaseOverdueLinks()
        self.serveResumed()
        let wasServing = self.replica.isServing
        self.replica.advance()
        // Whoever waited for the first conversations to be over is served in a turn of its own.
        if (!wasServing && self.replica.isServing) || self.stirs != self.replica.stirs { self.unblock() }
        self.stirs = self.replica.stirs
        if self.replica.hasUnresolved { self.failHeld() }
        self.carryOutEffects()
        self.store()
        self.carryUpstreams()
        self.sendReplies()
    }

    /// When the next turn is due even if nothing happens.
    package var deadline: Instant {
        if !self.resumed.isEmpty || self.awaitsSync || self.replica.journal.wantsTurn { return self.replica.now }
        let deadline = min(min(self.replica.nextDeadline, self.nextSync), self.nextAttempt)
        return self.closing.isEmpty ? deadline : min(deadline, self.closing[0].due)
    }

    /// Stops taking connections and requests; what has been taken in is still answered.
    package func drain() {
        guard !self.isDraining else { return }
        self.isDraining = true
        self.replica.journal.stopCompaction()
        self.replica.journal.endSnapshots()
        self.environment.network.stopListening()
        self.replica.exchange.stop(now: self.replica.now)
    }

    /// Whether everything taken in before ``drain()`` has been answered and is durable.
    package var isDrained: Bool {
        guard self.isDraining else { return false }
        if self.replica.journal.hasFailed { return true }
        guard self.replica.journal.syncedLSN >= self.replica.journal.appendedLSN,
            !self.replica.journal.hasCompactionJob, !self.replica.journal.isSnapshotting,
            !self.replica.journal.isKeepingPeers
        else { return false }
        return self.slots.allSatisfy { slot in
            switch slot {
            case .client(let connection): return connection.output.isEmpty
            case .upstream(let upstream): return !upstream.isAwaited
            case .empty, .unknown, .link: return true
            }
        }
    }

    /// Closes every stream and the log.
    package func close() throws(JournalError) {
        for slot in self.slots {
            switch slot {
            case .empty: continue
            case .unknown(let stream, _, _): self.environment.network.close(stream)
            case .client(let connection):
                connection.session?.closed()
                connection.session = nil
                self.environment.network.close(connection.stream)
            case .link(let link): self.environment.network.close(link.stream)
            case .upstream(let upstream): self.environment.network.close(upstream.stream)
            }
        }
        self.slots.removeAll()
        self.environment.network.stopListening()
        try self.replica.journal.close()
    }

    private func handle(_ event: Event) {
        switch event {
        case .accepted(let stream, let remote): self.accept(stream, from: remote)
        case .connected(let stream):
            if case .upstream(let upstream) = self.slot(of: stream) {
                upstream.isConnected = true
                self.send(upstream)
            } else {
                self.linkConnected(stream)
            }
        case .readable(let stream): self.readable(stream)
        case .writable(let stream): self.writable(stream)
        case .closed(let stream, let error): self.closed(stream, error)
        case .datagram(let bytes, let sender):
            self.replica.exchange.receivedBeacon(bytes, from: sender, now: self.replica.now)
        case .stored(let id, let result): self.stored(id, result)
        case .resolved(let token, let result):
            self.replica.exchange.resolved(token, result, now: self.replica.now)
        }
    }

    private func accept(_ stream: StreamID, from remote: NetworkAddress) {
        guard !self.isDraining else {
            self.environment.network.close(stream)
            return
        }
        self.connectionCount += 1
        self.replica.counters.connectionsAccepted += 1
        self.place(.unknown(stream, from: remote, since: self.replica.now), at: stream)
        if self.connectionCount >= self.replica.configuration.limits.connections, !self.isAcceptingPaused {
            self.isAcceptingPaused = true
            self.environment.network.pauseAccepting(true)
        }
    }

    func place(_ slot: DriverSlot, at stream: StreamID) {
        let index = Int(stream.slot)
        while self.slots.count <= index { self.slots.append(.empty) }
        self.slots[index] = slot
    }

    /// Frees the slot of a stream that is closed.
    func vacate(_ stream: StreamID) {
        self.slots[Int(stream.slot)] = .empty
        self.connectionCount -= 1
        if self.isAcceptingPaused, self.connectionCount < self.replica.configuration.limits.connections {
            self.isAcceptingPaused = false
            self.environment.network.pauseAccepting(false)
        }
    }

    func slot(of stream: StreamID) -> DriverSlot {
        let index = Int(stream.slot)
        guard index < self.slots.count else { return .empty }
        let slot = self.slots[index]
        switch slot {
        case .unknown(let other, _, _): return other == stream ? slot : .empty
        case .client(let connection): return connection.stream == stream ? slot : .empty
        case .link(let link): return link.stream == stream ? slot : .empty
        case .upstream(let upstream): return upstream.stream == stream ? slot : .empty
        case .empty: return .empty
        }
    }

    private func readable(_ stream: StreamID) {
        switch self.slot(of: stream) {
        case .empty: return
        case .unknown(_, let remote, _): self.identify(stream, from: remote)
        case .client(let connection): self.readClient(connection)
        case .link(let link): self.readLink(link)
        case .upstream(let upstream): self.read(upstream)
        }
    }

    private func writable(_ stream: StreamID) {
        switch self.slot(of: stream) {
        case .empty, .unknown: return
        case .client(let connection): self.send(connection)
        case .link: self.sendLink(stream)
        case .upstream(let upstream): self.send(upstream)
        }
    }

    private func closed(_ stream: StreamID, _ error: SystemCallError?) {
        switch self.slot(of: stream) {
        case .empty: return
        case .unknown: self.vacate(stream)
        case .client(let connection): self.forget(connection)
        case .link(let link):
            self.vacate(stream)
            self.linkEnded(link, error?.reason ?? "connection closed by the other side")
        case .upstream(let upstream):
            self.end(upstream, error?.reason ?? "connection closed by the other side", isClosed: true)
        }
    }

    /// Reads a new connection's first bytes and decides by the first what it is.
    private func identify(_ stream: StreamID, from remote: NetworkAddress) {
        let count: Int
        switch self.read(stream) {
        case .bytes(let length): count = length
        case .wouldBlock: return
        case .end, .failed:
            self.environment.network.close(stream)
            self.vacate(stream)
            return
        }
        if self.replica.exchange.isPreamble(self.readBuffer[0]) {
            let link = self.replica.exchange.accepted(from: remote, now: self.replica.now)
            self.streams[link] = stream
            let entry = DriverLink(id: link, stream: stream, isConnected: true)
            self.place(.link(entry), at: stream)
            self.takeIn(count, of: entry)
            return
        }
        self.connectionNumber += 1
        let connection = ClientConnection(
            number: self.connectionNumber, stream: stream, remote: remote, openedAt: self.replica.now,
            wake: { [unowned self] in self.resumed.append($0) })
        guard let session = self.makeSession?(self.readBuffer[0], connection) else {
            self.replica.counters.connectionsRefused += 1
            self.environment.network.close(stream)
            self.vacate(stream)
            return
        }
        connection.session = session
        connection.dialler = { [unowned self] in self.dial($1, for: $0, $2) }
        self.place(.client(connection), at: stream)
        self.takeIn(count, of: connection)
    }

    func read(_ stream: StreamID) -> ReadResult {
        var destination = self.readBuffer.mutableSpan
        let result = self.environment.network.read(stream, into: &destination)
        if case .bytes(let count) = result { self.replica.counters.bytesReceived += UInt64(count) }
        return result
    }
}
