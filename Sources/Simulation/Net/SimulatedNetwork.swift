package import Platform

/// One machine's view of the ``NetworkFabric``: its listener, its streams, its multicast group.
///
/// It is the machine's, not the process's: after ``endProcess()`` or ``crash(isSilent:)`` the next
/// process uses the same object and finds nothing of its predecessor's.
package final class SimulatedNetwork: Network {
    /// What becomes of a connection that asks to be let in.
    enum Admission {
        case queued
        case refused
        /// The queue is full; the dialler tries again.
        case dropped
    }

    private struct Slot {
        var generation: UInt32 = 0
        var connection: SimulatedConnection?
        var end = SimulatedConnection.End.dialler
        var wantsReading = true
        var wantsWriting = false
        var isConnectedPending = false
        var isClosedPending = false
    }

    static let loopback = "127.0.0.1"

    /// The machine's numeric address.
    package let host: String
    /// The fabric's number for the host.
    let number: Int
    /// Called when there may be an event to take.
    package var onActivity: (() -> Void)?
    /// Whether the machine has power: without it, it answers nothing.
    package private(set) var isPowered = true

    /// The fabric MUST be kept for as long as the scheduler runs, and so outlives its networks' use.
    private unowned(unsafe) let keptFabric: NetworkFabric
    private(set) var joinedGroup: MulticastGroup?
    private(set) var joinedLoopbackOnly = false
    private var random: SimulationRandom
    private var listener: NetworkAddress?
    private var isPaused = false
    private var backlog: [SimulatedConnection] = []
    private var slots: [Slot] = []
    private var freeSlots: [Int] = []
    private var arrivals: [Event] = []
    private var waitingDatagrams = 0
    /// Counts processes, so that answers for one do not reach the next.
    private var incarnation: UInt64 = 0
    /// Counts failures of the machine.
    private(set) var boot: UInt64 = 0
    private var nextPort: UInt16 = 40_000

    init(host: String, number: Int, fabric: NetworkFabric) {
        self.host = host
        self.number = number
        unsafe self.keptFabric = fabric
        self.random = fabric.scheduler.random.child("network of " + host)
    }

    var fabric: NetworkFabric { unsafe self.keptFabric }

    package func listen(on address: NetworkAddress) throws(SystemCallError) -> NetworkAddress {
        guard self.listener == nil else {
            throw self.failure(.addressInUse, "bind", address.description, "Address already in use")
        }
        guard ["0.0.0.0", "::", Self.loopback, self.host].contains(address.host) else {
            throw self.failure(
                .addressNotAvailable, "bind", address.description, "Cannot assign requested address")
        }
        var bound = address
        if bound.port == 0 {
            bound.port = self.nextPort
            self.nextPort = self.nextPort == 60_000 ? 40_000 : self.nextPort + 1
        }
        self.listener = bound
        self.isPaused = false
        return bound
    }

    package func pauseAccepting(_ paused: Bool) {
        self.isPaused = paused
    }

    package func stopListening() {
        self.listener = nil
        let waiting = self.backlog
        self.backlog.removeAll()
        for connection in waiting {
            connection.abandon(.listener, isSilent: false)
        }
    }

    /// Decides about a connection that another machine, or this one, opens.
    func admit(_ connection: SimulatedConnection) -> Admission {
        guard let listener = self.listener, listener.port == connection.target.port else { return .refused }
        let isLocal = connection.target.host == Self.loopback
        switch listener.host {
        case "0.0.0.0", "::": break
        case Self.loopback: guard isLocal else { return .refused }
        default: guard !isLocal else { return .refused }
        }
        guard self.backlog.count < self.fabric.conditions.backlog else { return .dropped }
        self.backlog.append(connection)
        self.announceActivity()
        return .queued
    }

    package func connect(to address: NetworkAddress) -> StreamID {
        let slot = self.takeSlot()
        let stream = self.stream(ofSlot: slot)
        let host = address.host == Self.loopback ? self.host : self.fabric.machine(at: address.host)
        self.slots[slot].end = .dialler
        self.slots[slot].connection = SimulatedConnection(from: self, stream: stream, to: address, host: host)
        return stream
    }

    package func read(_ stream: StreamID, into destination: inout MutableSpan<UInt8>) -> ReadResult {
        guard let slot = self.slot(of: stream), let connection = self.slots[slot].connection else {
            return .failed(self.unknown("read"))
        }
        return connection.read(self.slots[slot].end, into: &destination)
    }

    package func write(_ stream: StreamID, _ bytes: Span<UInt8>) -> WriteResult {
        guard let slot = self.slot(of: stream), let connection = self.slots[slot].connection else {
            return .failed(self.unknown("write"))
        }
        return connection.write(self.slots[slot].end, bytes)
    }

    package func setReading(_ stream: StreamID, _ wanted: Bool) {
        guard let slot = self.slot(of: stream) else { return }
        self.slots[slot].wantsReading = wanted
    }

    package func setWriting(_ stream: StreamID, _ wanted: Bool) {
        guard let slot = self.slot(of: stream) else { return }
        self.slots[slot].wantsWriting = wanted
    }

    package func close(_ stream: StreamID) {
        guard let slot = self.slot(of: stream) else { return }
        let (connection, end) = (self.slots[slot].connection, self.slots[slot].end)
        self.freeSlot(slot)
        connection?.close(end)
    }

    package func resolve(_ host: String, port: UInt16, token: UInt64) {
        let incarnation = self.incarnation
        let delay = self.fabric.conditions.resolutionDelay.draw(&self.random)
        self.fabric.scheduler.schedule(after: delay, .resolution) { [unowned self] in
            guard self.incarnation == incarnation else { return }
            self.arrivals.append(.resolved(token: token, self.lookUp(host, port)))
            self.announceActivity()
        }
    }

    private func lookUp(_ host: String, _ port: UInt16) -> Result<[NetworkAddress], SystemCallError> {
        if self.random.chance(self.fabric.conditions.resolutionFailureRate) {
            self.fabric.faultCounts.failedResolutions += 1
            return .failure(self.failure(.other, "getaddrinfo", host, "Temporary failure in name resolution"))
        }
        guard let hosts = self.fabric.hosts(named: host) else {
            return .failure(self.failure(.notFound, "getaddrinfo", host, "Name or service not known"))
        }
        return .success(hosts.map { NetworkAddress(host: $0, port: port) })
    }

    package func localHosts() -> [String] { [Self.loopback, self.host] }

    package func joinMulticast(_ group: MulticastGroup, interface: String?) throws(SystemCallError) {
        guard interface == nil || interface == self.host || interface == Self.loopback else {
            throw self.failure(.addressNotAvailable, "setsockopt", interface ?? "", "No such device")
        }
        self.joinedGroup = group
        self.joinedLoopbackOnly = interface == Self.loopback
    }

    package func sendMulticast(_ bytes: Span<UInt8>) {
        guard let group = self.joinedGroup, bytes.count <= 65_507 else { return }
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for index in bytes.indices {
            copy.append(bytes[index])
        }
        self.fabric.multicast(copy, from: self, in: group)
    }

    func receive(datagram bytes: [UInt8], from source: NetworkAddress) {
        guard self.waitingDatagrams < self.fabric.conditions.datagramQueue else {
            self.fabric.faultCounts.lostDatagrams += 1
            return
        }
        self.waitingDatagrams += 1
        self.arrivals.append(.datagram(bytes, from: source))
        self.announceActivity()
    }

    /// Whether ``takeEvents(into:)`` would bring something.
    package var hasEvents: Bool {
        if !self.arrivals.isEmpty || (!self.isPaused && !self.backlog.isEmpty) { return true }
        for index in self.slots.indices {
            guard let connection = self.slots[index].connection else { continue }
            if self.slots[index].isConnectedPending || self.slots[index].isClosedPending { return true }
            let end = self.slots[index].end
            if self.slots[index].wantsReading, connection.isReadable(end) { return true }
            if self.slots[index].wantsWriting, connection.isWritable(end) { return true }
        }
        return false
    }

    /// Appends what has happened since the last call, and what is still so: readiness is level triggered.
    package func takeEvents(into events: inout [Event]) {
        events.append(contentsOf: self.arrivals)
        self.arrivals.removeAll(keepingCapacity: true)
        self.waitingDatagrams = 0
        if !self.isPaused {
            self.acceptWaiting(into: &events)
        }
        guard !self.slots.isEmpty else { return }
        // A real system reports streams in no particular order.
        let first = self.random.below(self.slots.count)
        for index in 0..<self.slots.count {
            self.takeEvents(ofSlot: (first + index) % self.slots.count, into: &events)
        }
    }

    /// Streams that the process holds.
    package var openStreams: Int { self.slots.count { $0.connection != nil } }

    private func acceptWaiting(into events: inout [Event]) {
        guard !self.backlog.isEmpty else { return }
        let waiting = self.backlog
        self.backlog.removeAll(keepingCapacity: true)
        for connection in waiting {
            let slot = self.takeSlot()
            let stream = self.stream(ofSlot: slot)
            self.slots[slot].connection = connection
            self.slots[slot].end = .listener
            events.append(.accepted(stream, from: connection.diallerAddress))
            connection.accept(as: stream)
        }
    }

    private func takeEvents(ofSlot index: Int, into events: inout [Event]) {
        guard let connection = self.slots[index].connection else { return }
        let (stream, end) = (self.stream(ofSlot: index), self.slots[index].end)
        if self.slots[index].isClosedPending {
            events.append(.closed(stream, connection.failure(of: end)))
            self.freeSlot(index)
            connection.close(end)
            return
        }
        if self.slots[index].isConnectedPending {
            self.slots[index].isConnectedPending = false
            events.append(.connected(stream))
        }
        if self.slots[index].wantsReading, connection.isReadable(end) {
            events.append(.readable(stream))
        }
        if self.slots[index].wantsWriting, connection.isWritable(end) {
            events.append(.writable(stream))
        }
    }

    private func stream(ofSlot index: Int) -> StreamID {
        StreamID(slot: UInt32(index), generation: self.slots[index].generation)
    }

    private func announceActivity() {
        self.onActivity?()
    }

    func announceConnected(_ stream: StreamID) {
        guard let slot = self.slot(of: stream) else { return }
        self.slots[slot].isConnectedPending = true
        self.announceActivity()
    }

    func announceClosed(_ stream: StreamID) {
        guard let slot = self.slot(of: stream) else { return }
        self.slots[slot].isClosedPending = true
        self.announceActivity()
    }

    /// Bytes or the end have arrived; a process that does not want to know is left alone.
    func announceReadable(_ stream: StreamID) {
        guard let slot = self.slot(of: stream), self.slots[slot].wantsReading else { return }
        self.announceActivity()
    }

    /// There may be room to write; a process that does not want to know is left alone.
    func announceWritable(_ stream: StreamID) {
        guard let slot = self.slot(of: stream), self.slots[slot].wantsWriting else { return }
        self.announceActivity()
    }

    /// The process is gone: the system closes its streams in good order, as far as nothing is unread.
    package func endProcess() {
        self.stopListening()
        for index in self.slots.indices {
            guard let connection = self.slots[index].connection else { continue }
            let end = self.slots[index].end
            self.freeSlot(index)
            connection.close(end)
        }
        self.forgetProcess()
    }

    /// The machine fails. Silent: it lost its power, so that nobody is told, and it answers nothing
    /// until ``restorePower()``; otherwise every peer gets a reset.
    package func crash(isSilent: Bool) {
        self.boot += 1
        self.isPowered = !isSilent
        let waiting = self.backlog
        self.backlog.removeAll()
        for connection in waiting {
            connection.abandon(.listener, isSilent: isSilent)
        }
        for index in self.slots.indices {
            guard let connection = self.slots[index].connection else { continue }
            let end = self.slots[index].end
            self.freeSlot(index)
            connection.abandon(end, isSilent: isSilent)
        }
        self.forgetProcess()
    }

    private func forgetProcess() {
        self.incarnation += 1
        self.listener = nil
        self.joinedGroup = nil
        self.arrivals.removeAll()
        self.waitingDatagrams = 0
        self.isPaused = false
    }

    /// The machine is up again, with nothing listening yet.
    package func restorePower() {
        self.isPowered = true
    }

    private func takeSlot() -> Int {
        if let free = self.freeSlots.popLast() { return free }
        self.slots.append(Slot())
        return self.slots.count - 1
    }

    private func freeSlot(_ index: Int) {
        let generation = self.slots[index].generation &+ 1
        self.slots[index] = Slot()
        self.slots[index].generation = generation
        self.freeSlots.append(index)
    }

    private func slot(of stream: StreamID) -> Int? {
        let index = Int(stream.slot)
        guard index < self.slots.count, self.slots[index].generation == stream.generation,
            self.slots[index].connection != nil
        else { return nil }
        return index
    }

    private func failure(
        _ kind: SystemCallError.Kind, _ call: String, _ subject: String, _ reason: String
    ) -> SystemCallError {
        SystemCallError(kind: kind, call: call, subject: subject, reason: reason)
    }

    private func unknown(_ call: String) -> SystemCallError {
        self.failure(.other, call, "stream", "Bad file descriptor")
    }
}
