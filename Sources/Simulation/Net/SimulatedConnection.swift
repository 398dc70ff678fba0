import Platform

/// One stream between two machines: two sides, and a pipe from each to the other.
///
/// It behaves as TCP does towards programs: bytes in order, in chunks that respect no frame; a lost
/// chunk is sent again until the sender gives up; bytes for a side that is gone are answered by a
/// reset; a side whose machine lost its power answers nothing.
final class SimulatedConnection {
    /// Which end: the one that dialled, or the one that listened.
    enum End: Int {
        case dialler = 0
        case listener = 1

        var other: End {
            switch self {
            case .dialler: .listener
            case .listener: .dialler
            }
        }
    }

    /// The address that was dialled.
    let target: NetworkAddress
    let number: UInt64
    private unowned let fabric: NetworkFabric
    private var sides: [StreamSide]
    private let dialled: Instant
    /// When the dialler learns that it was let in; nothing the listener sends arrives before.
    private var answerArrival = Instant(nanoseconds: 0)

    init(from dialler: SimulatedNetwork, stream: StreamID, to target: NetworkAddress, host: String) {
        let fabric = dialler.fabric
        self.fabric = fabric
        self.target = target
        self.number = fabric.takeConnectionNumber()
        self.dialled = fabric.scheduler.now
        let pipe = StreamPipe(window: fabric.conditions.receiveBuffer)
        self.sides = [
            StreamSide(host: dialler.host, network: dialler, stream: stream, boot: dialler.boot, outgoing: pipe),
            StreamSide(host: host, outgoing: pipe),
        ]
        self.sendOpening(retryDelay: fabric.conditions.retryMinimum)
    }

    private var scheduler: SimulationScheduler { self.fabric.scheduler }

    private func isOpen(from end: End) -> Bool {
        self.fabric.isOpen(from: self.sides[end.rawValue].host, to: self.sides[end.other.rawValue].host)
    }

    private func drawLatency(from end: End) -> Delay {
        self.fabric.drawLatency(from: self.sides[end.rawValue].host, to: self.sides[end.other.rawValue].host)
    }

    private func failure(_ kind: SystemCallError.Kind, _ reason: String) -> SystemCallError {
        SystemCallError(kind: kind, call: "connect", subject: self.target.description, reason: reason)
    }

    /// Sends the opening packet; it is answered, refused or lost.
    private func sendOpening(retryDelay: Delay) {
        self.scheduler.schedule(after: self.drawLatency(from: .dialler), .connection) { [self] in
            guard !self.sides[0].isClosed, !self.sides[0].isGone else { return }
            guard self.fabric.network(of: self.sides[1].host) != nil else {
                self.fail(.dialler, self.failure(.unreachable, "No route to host"))
                return
            }
            guard self.isOpen(from: .dialler), self.isOpen(from: .listener) else {
                self.retryOpening(retryDelay)
                return
            }
            self.answerOpening(retryDelay)
        }
    }

    private func retryOpening(_ retryDelay: Delay) {
        guard self.scheduler.now.since(self.dialled) < self.fabric.conditions.connectTimeout else {
            self.fabric.faultCounts.timedOutConnections += 1
            self.fail(.dialler, self.failure(.timedOut, "Connection timed out"))
            return
        }
        self.scheduler.schedule(after: retryDelay, .connection) { [self] in
            guard !self.sides[0].isClosed, !self.sides[0].isGone else { return }
            self.sendOpening(retryDelay: min(retryDelay * 2, self.fabric.conditions.retryMaximum))
        }
    }

    private func answerOpening(_ retryDelay: Delay) {
        let listener = self.fabric.network(of: self.sides[1].host)
        switch listener?.admit(self) ?? .refused {
        case .refused:
            self.scheduler.schedule(after: self.drawLatency(from: .listener), .connection) { [self] in
                self.fabric.faultCounts.refusedConnections += 1
                self.fail(.dialler, self.failure(.connectionRefused, "Connection refused"))
            }
        case .dropped:
            self.retryOpening(retryDelay)
        case .queued:
            self.sides[1].network = listener
            self.sides[1].boot = listener?.boot ?? 0
            self.sides[1].isConnected = true
            self.answerArrival = self.scheduler.now + self.drawLatency(from: .listener)
            self.scheduler.schedule(at: self.answerArrival, .connection) { [self] in
                guard !self.sides[0].isClosed, !self.sides[0].isGone else { return }
                self.sides[0].isConnected = true
                self.scheduler.feed(self.number)
                if let stream = self.sides[0].stream {
                    self.sides[0].network?.announceConnected(stream)
                }
            }
        }
    }

    /// The listener's process takes the connection from the queue.
    func accept(as stream: StreamID) {
        self.sides[1].stream = stream
        if let failure = self.sides[1].failure {
            self.sides[1].network?.announceClosed(stream, failure)
        }
    }

    /// Where the dialler is, as the listener sees it.
    var diallerAddress: NetworkAddress {
        let host = self.target.host == SimulatedNetwork.loopback ? SimulatedNetwork.loopback : self.sides[0].host
        return NetworkAddress(host: host, port: UInt16(32_768 + self.number % 28_000))
    }

    func isReadable(_ end: End) -> Bool {
        let incoming = self.sides[end.other.rawValue].outgoing
        return incoming.readable > 0 || incoming.isEndDelivered
    }

    func isWritable(_ end: End) -> Bool {
        self.sides[end.rawValue].isConnected
            && self.sides[end.rawValue].outgoing.held < max(1, self.fabric.conditions.sendBuffer)
    }

    func read(_ end: End, into destination: inout MutableSpan<UInt8>) -> ReadResult {
        if let failure = self.sides[end.rawValue].failure { return .failed(failure) }
        let window = self.fabric.conditions.receiveBuffer
        let count = self.sides[end.other.rawValue].outgoing.read(into: &destination)
        if count > 0 {
            if self.sides[end.other.rawValue].outgoing.needsWindowUpdate(window: window) {
                self.scheduleAcknowledgement(of: end.other)
            }
            return .bytes(count)
        }
        let incoming = self.sides[end.other.rawValue].outgoing
        return incoming.isEndDelivered && incoming.readable == 0 ? .end : .wouldBlock
    }

    func write(_ end: End, _ bytes: Span<UInt8>) -> WriteResult {
        if let failure = self.sides[end.rawValue].failure { return .failed(failure) }
        guard self.sides[end.rawValue].isConnected else { return .accepted(0) }
        let room = max(0, max(1, self.fabric.conditions.sendBuffer) - self.sides[end.rawValue].outgoing.held)
        let count = min(room, bytes.count)
        if count < bytes.count {
            self.fabric.faultCounts.partialWrites += 1
        }
        self.sides[end.rawValue].outgoing.write(bytes.extracting(first: count))
        self.pump(end)
        return .accepted(count)
    }

    /// The process closes its side: what it wrote is still sent, unless it leaves bytes unread, which
    /// resets the stream as the system would.
    func close(_ end: End) {
        guard !self.sides[end.rawValue].isClosed else { return }
        self.sides[end.rawValue].isClosed = true
        self.sides[end.rawValue].stream = nil
        // Nothing was opened yet if the listener has not heard of it.
        guard self.sides[1].isConnected, !self.sides[end.rawValue].isGone else { return }
        if self.sides[end.other.rawValue].outgoing.readable > 0 || !self.sides[end.rawValue].isConnected {
            self.sides[end.rawValue].isGone = true
            self.sendReset(from: end)
        } else {
            self.sides[end.rawValue].outgoing.isEndWanted = true
            self.pump(end)
        }
    }

    /// The machine of this side has failed, and what the side had is gone. Silent: the other side
    /// hears nothing until it sends; otherwise it gets a reset.
    func abandon(_ end: End, isSilent: Bool) {
        guard !self.sides[end.rawValue].isGone else { return }
        self.sides[end.rawValue].isGone = true
        self.sides[end.rawValue].isClosed = true
        self.sides[end.rawValue].stream = nil
        if !isSilent, self.sides[1].isConnected {
            self.sendReset(from: end)
        }
    }

    /// Puts on the way what the window allows.
    private func pump(_ end: End) {
        while !self.sides[end.rawValue].isGone, self.sides[end.rawValue].outgoing.canSend {
            var arrival = max(self.scheduler.now + self.drawLatency(from: end), self.answerArrival)
            if let last = self.sides[end.rawValue].outgoing.inFlight.last {
                arrival = max(arrival, last.arrival)
            }
            let limit = self.drawChunk()
            self.sides[end.rawValue].outgoing.send(limit: limit, arrival: arrival, now: self.scheduler.now)
        }
        self.scheduleDelivery(from: end)
    }

    private func drawChunk() -> Int {
        if self.fabric.random.chance(self.fabric.conditions.smallChunkRate) {
            self.fabric.faultCounts.smallChunks += 1
            return 1 + self.fabric.random.below(8)
        }
        return max(1, self.fabric.conditions.maximumChunk)
    }

    private func scheduleDelivery(from end: End) {
        let pipe = self.sides[end.rawValue].outgoing
        guard !pipe.isDeliveryScheduled, let chunk = pipe.inFlight.first else { return }
        self.sides[end.rawValue].outgoing.isDeliveryScheduled = true
        self.scheduler.schedule(at: chunk.arrival, .delivery) { [self] in
            self.attemptDelivery(from: end)
        }
    }

    private func attemptDelivery(from end: End) {
        self.sides[end.rawValue].outgoing.isDeliveryScheduled = false
        self.sides[end.rawValue].noticeReboot()
        self.sides[end.other.rawValue].noticeReboot()
        guard !self.sides[end.rawValue].isGone else { return }
        guard self.isOpen(from: end) else {
            self.fabric.faultCounts.stalledDeliveries += 1
            self.retryDelivery(from: end)
            return
        }
        let other = end.other
        if self.sides[other.rawValue].isGone || self.sides[other.rawValue].isClosed {
            // Nobody is there: bytes are answered by a reset, an end is not.
            if let chunk = self.sides[end.rawValue].outgoing.inFlight.first, !chunk.isEnd {
                self.answerByReset(from: other, retrying: end)
            }
            return
        }
        if self.fabric.random.chance(self.fabric.conditions.resetRate) {
            self.reset(end)
            self.reset(other)
            return
        }
        self.scheduler.feed(self.number)
        let count = self.sides[end.rawValue].outgoing.deliver()
        self.scheduler.feed(self.sides[end.rawValue].outgoing.lastDelivered(count).span)
        self.acknowledgeDelivery(of: end)
        if self.sides[other.rawValue].stream != nil {
            self.sides[other.rawValue].network?.announceActivity()
        }
        self.scheduleDelivery(from: end)
    }

    /// The path is cut: tries again later, longer and longer, until the sender gives up.
    private func retryDelivery(from end: End) {
        guard !self.giveUp(end) else { return }
        let delay = self.nextRetry(of: end)
        self.sides[end.rawValue].outgoing.isDeliveryScheduled = true
        self.scheduler.schedule(after: delay, .delivery) { [self] in
            self.attemptDelivery(from: end)
        }
    }

    private func answerByReset(from absent: End, retrying end: End) {
        guard self.isOpen(from: absent) else {
            self.retryDelivery(from: end)
            return
        }
        self.scheduler.schedule(after: self.drawLatency(from: absent), .delivery) { [self] in
            self.reset(end)
        }
    }

    /// The receiver tells the sender what arrived. While the sender has room to spare it cannot tell
    /// when it learns this, so that takes no event.
    private func acknowledgeDelivery(of end: End) {
        let isRoomy = self.sides[end.rawValue].outgoing.held <= self.fabric.conditions.sendBuffer / 2
        if isRoomy, self.isOpen(from: end.other) {
            self.sides[end.rawValue].outgoing.acknowledge(
                window: self.fabric.conditions.receiveBuffer, now: self.scheduler.now)
            self.pump(end)
        } else {
            self.scheduleAcknowledgement(of: end)
        }
    }

    /// Has the sender at `end` told what has arrived and been read.
    private func scheduleAcknowledgement(of end: End) {
        guard !self.sides[end.rawValue].outgoing.isAcknowledgementScheduled else { return }
        self.sides[end.rawValue].outgoing.isAcknowledgementScheduled = true
        self.scheduler.schedule(after: self.drawLatency(from: end.other), .acknowledgement) { [self] in
            self.attemptAcknowledgement(of: end)
        }
    }

    private func attemptAcknowledgement(of end: End) {
        self.sides[end.rawValue].outgoing.isAcknowledgementScheduled = false
        guard !self.sides[end.rawValue].isGone else { return }
        // A machine that is down tells nothing; the sender learns from what it sends.
        guard !self.sides[end.other.rawValue].isGone else {
            self.watchUnacknowledged(end)
            return
        }
        guard self.isOpen(from: end.other) else {
            self.watchUnacknowledged(end)
            return
        }
        self.sides[end.rawValue].outgoing.retryDelay = nil
        self.sides[end.rawValue].outgoing.acknowledge(
            window: self.fabric.conditions.receiveBuffer, now: self.scheduler.now)
        self.pump(end)
        if self.sides[end.rawValue].stream != nil {
            self.sides[end.rawValue].network?.announceActivity()
        }
    }

    /// An acknowledgement was lost: it is due again later, and the sender's patience is limited.
    private func watchUnacknowledged(_ end: End) {
        guard !self.giveUp(end) else { return }
        if self.sides[end.other.rawValue].isGone, self.isOpen(from: end), self.isOpen(from: end.other) {
            self.reset(end)
            return
        }
        let delay = self.nextRetry(of: end)
        self.sides[end.rawValue].outgoing.isAcknowledgementScheduled = true
        self.scheduler.schedule(after: delay, .acknowledgement) { [self] in
            self.attemptAcknowledgement(of: end)
        }
    }

    private func nextRetry(of end: End) -> Delay {
        let limits = self.fabric.conditions
        let delay = self.sides[end.rawValue].outgoing.retryDelay ?? limits.retryMinimum
        self.sides[end.rawValue].outgoing.retryDelay = min(delay * 2, limits.retryMaximum)
        return delay
    }

    /// Whether the sender has waited too long for an answer; if so, its side fails.
    private func giveUp(_ end: End) -> Bool {
        let pipe = self.sides[end.rawValue].outgoing
        let isWaiting = pipe.hasUnacknowledged || !pipe.inFlight.isEmpty
        guard isWaiting, self.scheduler.now.since(pipe.lastProgress) >= self.fabric.conditions.streamTimeout else {
            return false
        }
        self.fabric.faultCounts.timedOutStreams += 1
        self.fail(end, self.failure(.timedOut, "Connection timed out"))
        return true
    }

    private func sendReset(from end: End) {
        self.scheduler.schedule(after: self.drawLatency(from: end), .delivery) { [self] in
            // Lost if the path is cut: the other side finds out when it sends.
            guard self.isOpen(from: end) else { return }
            self.reset(end.other)
        }
    }

    private func reset(_ end: End) {
        guard !self.sides[end.rawValue].isGone else { return }
        self.fabric.faultCounts.resets += 1
        self.fail(end, self.failure(.connectionReset, "Connection reset by peer"))
    }

    /// The side is over; its process learns why.
    private func fail(_ end: End, _ error: SystemCallError) {
        guard !self.sides[end.rawValue].isGone else { return }
        self.sides[end.rawValue].isGone = true
        self.sides[end.rawValue].failure = error
        self.scheduler.feed(self.number)
        if let stream = self.sides[end.rawValue].stream {
            self.sides[end.rawValue].network?.announceClosed(stream, error)
        }
    }
}
