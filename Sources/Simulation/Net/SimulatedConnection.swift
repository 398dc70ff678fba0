import Platform

/// One stream between two machines: two sides, and a pipe from each to the other.
///
/// It behaves as TCP does towards programs: bytes in order, in chunks that respect no frame; a lost
/// chunk is sent again until the sender gives up; bytes for a side that is gone are answered by a
/// reset; a side whose machine lost its power answers nothing.
final class SimulatedConnection: EventTarget {
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

    /// What happens to a connection at a scheduled moment; the lowest bit of an event's step is the end.
    private enum Step: UInt32 {
        /// The opening packet arrives.
        case opening
        /// It was lost, and is sent again.
        case reopening
        /// The dialler hears that nobody listens.
        case refusal
        /// The dialler hears that it was let in.
        case answer
        /// What this end has sent arrives.
        case delivery
        /// This end hears how much of it has arrived.
        case acknowledgement
        /// A reset that this end has sent arrives.
        case farewell
        /// This end has sent to nobody, and hears so.
        case reset
    }

    /// The address that was dialled.
    let target: NetworkAddress
    let number: UInt64
    /// The fabric MUST be kept for as long as the scheduler runs, and so outlives every connection in use.
    private unowned(unsafe) let keptFabric: NetworkFabric
    private var sides: InlineArray<2, StreamSide>
    private let dialled: Instant
    /// The wait before the opening packet is sent again.
    private var openingDelay: Delay
    /// When the dialler learns that it was let in; nothing the listener sends arrives before.
    private var answerArrival = Instant(nanoseconds: 0)

    init(from dialler: SimulatedNetwork, stream: StreamID, to target: NetworkAddress, host: String) {
        let fabric = dialler.fabric
        unsafe self.keptFabric = fabric
        self.target = target
        self.number = fabric.takeConnectionNumber()
        self.dialled = fabric.scheduler.now
        self.openingDelay = fabric.conditions.retryMinimum
        let pipe = StreamPipe(window: fabric.conditions.receiveBuffer)
        self.sides = [
            StreamSide(host: dialler.number, stream: stream, boot: dialler.boot, outgoing: pipe),
            StreamSide(host: fabric.number(of: host), outgoing: pipe),
        ]
        self.sendOpening()
    }

    private var fabric: NetworkFabric { unsafe self.keptFabric }

    private var scheduler: SimulationScheduler { self.fabric.scheduler }

    private func network(_ end: End) -> SimulatedNetwork? {
        self.fabric.network(of: self.sides[end.rawValue].host)
    }

    private func isOpen(from end: End) -> Bool {
        self.fabric.isOpen(from: self.sides[end.rawValue].host, to: self.sides[end.other.rawValue].host)
    }

    private func drawLatency(from end: End) -> Delay {
        self.fabric.drawLatency(from: self.sides[end.rawValue].host, to: self.sides[end.other.rawValue].host)
    }

    private func failure(_ kind: SystemCallError.Kind, _ reason: String) -> SystemCallError {
        SystemCallError(kind: kind, call: "connect", subject: self.target.description, reason: reason)
    }

    private func schedule(after delay: Delay, _ step: Step, _ end: End) {
        self.schedule(at: self.scheduler.now + delay, step, end)
    }

    private func schedule(at time: Instant, _ step: Step, _ end: End) {
        let kind: ScheduledKind =
            switch step {
            case .opening, .reopening, .refusal, .answer: .connection
            case .delivery, .farewell, .reset: .delivery
            case .acknowledgement: .acknowledgement
            }
        self.scheduler.schedule(at: time, kind, self, step: step.rawValue << 1 | UInt32(end.rawValue))
    }

    func carryOut(step: UInt32) {
        let end: End = step & 1 == 0 ? .dialler : .listener
        // Only ``schedule(at:_:_:)`` asks for steps, and it makes their numbers from the cases.
        guard let step = Step(rawValue: step >> 1) else { return }
        switch step {
        case .opening: self.takeOpening()
        case .reopening: self.reopen()
        case .refusal: self.takeRefusal()
        case .answer: self.takeAnswer()
        case .delivery: self.attemptDelivery(from: end)
        case .acknowledgement: self.attemptAcknowledgement(of: end)
        case .farewell:
            // Lost if the path is cut: the other side finds out when it sends.
            if self.isOpen(from: end) { self.reset(end.other) }
        case .reset: self.reset(end)
        }
    }

    /// Sends the opening packet; it is answered, refused or lost.
    private func sendOpening() {
        self.schedule(after: self.drawLatency(from: .dialler), .opening, .dialler)
    }

    private func takeOpening() {
        guard !self.sides[0].isClosed, !self.sides[0].isGone else { return }
        guard let listener = self.network(.listener) else {
            self.fail(.dialler, self.failure(.unreachable, "No route to host"))
            return
        }
        guard self.isOpen(from: .dialler), self.isOpen(from: .listener) else {
            self.retryOpening()
            return
        }
        switch listener.admit(self) {
        case .refused:
            self.schedule(after: self.drawLatency(from: .listener), .refusal, .dialler)
        case .dropped:
            self.retryOpening()
        case .queued:
            self.sides[1].boot = listener.boot
            self.sides[1].isConnected = true
            self.answerArrival = self.scheduler.now + self.drawLatency(from: .listener)
            self.schedule(at: self.answerArrival, .answer, .dialler)
        }
    }

    private func retryOpening() {
        guard self.scheduler.now.since(self.dialled) < self.fabric.conditions.connectTimeout else {
            self.fabric.faultCounts.timedOutConnections += 1
            self.fail(.dialler, self.failure(.timedOut, "Connection timed out"))
            return
        }
        self.schedule(after: self.openingDelay, .reopening, .dialler)
        self.openingDelay = min(self.openingDelay * 2, self.fabric.conditions.retryMaximum)
    }

    private func reopen() {
        guard !self.sides[0].isClosed, !self.sides[0].isGone else { return }
        self.sendOpening()
    }

    private func takeRefusal() {
        self.fabric.faultCounts.refusedConnections += 1
        self.fail(.dialler, self.failure(.connectionRefused, "Connection refused"))
    }

    private func takeAnswer() {
        guard !self.sides[0].isClosed, !self.sides[0].isGone else { return }
        self.sides[0].isConnected = true
        self.scheduler.feed(self.number)
        if let stream = self.sides[0].stream { self.network(.dialler)?.announceConnected(stream) }
    }

    /// The listener's process takes the connection from the queue.
    func accept(as stream: StreamID) {
        self.sides[1].stream = stream
        if self.sides[1].failure != nil { self.network(.listener)?.announceClosed(stream) }
    }

    /// Why this side is over; nil as long as it is not, or was closed in good order.
    func failure(of end: End) -> SystemCallError? { self.sides[end.rawValue].failure }

    /// Where the dialler is, as the listener sees it.
    var diallerAddress: NetworkAddress {
        let isLoopback = self.target.host == SimulatedNetwork.loopback
        let host = isLoopback ? SimulatedNetwork.loopback : self.network(.dialler)?.host ?? ""
        return NetworkAddress(host: host, port: UInt16(32_768 + self.number % 28_000))
    }

    func isReadable(_ end: End) -> Bool { self.sides[end.other.rawValue].outgoing.isReadable }

    /// Whether a third of the send buffer is free, as systems do not report every byte of room.
    func isWritable(_ end: End) -> Bool {
        self.sides[end.rawValue].isConnected
            && self.sides[end.rawValue].outgoing.held <= max(1, self.fabric.conditions.sendBuffer) / 3 * 2
    }

    func read(_ end: End, into destination: inout MutableSpan<UInt8>) -> ReadResult {
        if let failure = self.sides[end.rawValue].failure { return .failed(failure) }
        let count = self.sides[end.other.rawValue].outgoing.read(into: &destination)
        guard count > 0 else {
            return self.sides[end.other.rawValue].outgoing.isReadable ? .end : .wouldBlock
        }
        let window = self.fabric.conditions.receiveBuffer
        if self.sides[end.other.rawValue].outgoing.needsWindowUpdate(window: window) {
            self.scheduleAcknowledgement(of: end.other)
        }
        return .bytes(count)
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
        guard !self.sides[end.rawValue].isGone, self.sides[end.rawValue].outgoing.canSend else { return }
        let (fabric, now) = (self.fabric, self.scheduler.now)
        let most = fabric.conditions.longestPiece(of: self.sides[end.rawValue].outgoing.sendable)
        // What is written in one turn travels together, as far as it may.
        self.sides[end.rawValue].outgoing.extendLast(to: most, at: now)
        while self.sides[end.rawValue].outgoing.canSend {
            let arrival = max(now + self.drawLatency(from: end), self.answerArrival)
            let isSmall = !self.sides[end.rawValue].outgoing.hasSent(at: now) && self.drawSmallness()
            let limit = isSmall ? 1 + fabric.random.below(8) : most
            self.sides[end.rawValue].outgoing.send(limit: limit, isAlone: isSmall, arrival: arrival, now: now)
        }
        self.scheduleDelivery(from: end)
    }

    private func drawSmallness() -> Bool {
        guard self.fabric.random.chance(self.fabric.conditions.smallChunkRate) else { return false }
        self.fabric.faultCounts.smallChunks += 1
        return true
    }

    private func scheduleDelivery(from end: End) {
        guard let arrival = self.sides[end.rawValue].outgoing.takeDelivery() else { return }
        self.schedule(at: arrival, .delivery, end)
    }

    private func attemptDelivery(from end: End) {
        self.sides[end.rawValue].outgoing.isDeliveryScheduled = false
        self.noticeReboot(end)
        self.noticeReboot(end.other)
        guard !self.sides[end.rawValue].isGone else { return }
        guard self.isOpen(from: end) else {
            self.fabric.faultCounts.stalledDeliveries += 1
            self.retryDelivery(from: end)
            return
        }
        let other = end.other
        if self.sides[other.rawValue].isGone || self.sides[other.rawValue].isClosed {
            // Nobody is there: bytes are answered by a reset, an end is not.
            if self.sides[end.rawValue].outgoing.hasBytesInFlight {
                self.answerByReset(from: other, retrying: end)
            }
            return
        }
        if self.fabric.random.chance(self.fabric.conditions.resetRate) {
            self.reset(end)
            self.reset(other)
            return
        }
        let scheduler = self.scheduler
        scheduler.feed(self.number)
        let count = self.sides[end.rawValue].outgoing.deliver(at: scheduler.now)
        self.sides[end.rawValue].outgoing.withLastDelivered(count) { scheduler.feed($0) }
        self.acknowledgeDelivery(of: end)
        if let stream = self.sides[other.rawValue].stream { self.network(other)?.announceReadable(stream) }
        self.scheduleDelivery(from: end)
    }

    /// What a process had closed in good order dies with its machine too.
    private func noticeReboot(_ end: End) {
        guard self.sides[end.rawValue].isConnected || end == .dialler, let network = self.network(end),
            network.boot != self.sides[end.rawValue].boot
        else { return }
        self.sides[end.rawValue].isGone = true
    }

    /// The path is cut: tries again later, longer and longer, until the sender gives up.
    private func retryDelivery(from end: End) {
        guard !self.giveUp(end) else { return }
        let delay = self.nextRetry(of: end)
        self.sides[end.rawValue].outgoing.isDeliveryScheduled = true
        self.schedule(after: delay, .delivery, end)
    }

    private func answerByReset(from absent: End, retrying end: End) {
        guard self.isOpen(from: absent) else {
            self.retryDelivery(from: end)
            return
        }
        self.schedule(after: self.drawLatency(from: absent), .reset, end)
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
        self.schedule(after: self.drawLatency(from: end.other), .acknowledgement, end)
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
        if let stream = self.sides[end.rawValue].stream { self.network(end)?.announceWritable(stream) }
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
        self.schedule(after: delay, .acknowledgement, end)
    }

    private func nextRetry(of end: End) -> Delay {
        let limits = self.fabric.conditions
        let delay = self.sides[end.rawValue].outgoing.retryDelay ?? limits.retryMinimum
        self.sides[end.rawValue].outgoing.retryDelay = min(delay * 2, limits.retryMaximum)
        return delay
    }

    /// Whether the sender has waited too long for an answer; if so, its side fails.
    private func giveUp(_ end: End) -> Bool {
        guard self.sides[end.rawValue].outgoing.isWaiting else { return false }
        let waited = self.scheduler.now.since(self.sides[end.rawValue].outgoing.lastProgress)
        guard waited >= self.fabric.conditions.streamTimeout else { return false }
        self.fabric.faultCounts.timedOutStreams += 1
        self.fail(end, self.failure(.timedOut, "Connection timed out"))
        return true
    }

    private func sendReset(from end: End) {
        self.schedule(after: self.drawLatency(from: end), .farewell, end)
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
        if let stream = self.sides[end.rawValue].stream { self.network(end)?.announceClosed(stream) }
    }
}
