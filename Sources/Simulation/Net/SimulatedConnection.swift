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
    enum Step: UInt32 {
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
    var sides: InlineArray<2, StreamSide>
    let dialled: Instant
    /// The wait before the opening packet is sent again.
    var openingDelay: Delay
    /// When the dialler learns that it was let in; nothing the listener sends arrives before.
    var answerArrival = Instant(nanoseconds: 0)

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

    var fabric: NetworkFabric { unsafe self.keptFabric }

    var scheduler: SimulationScheduler { self.fabric.scheduler }

    func network(_ end: End) -> SimulatedNetwork? {
        self.fabric.network(of: self.sides[end.rawValue].host)
    }

    func isOpen(from end: End) -> Bool {
        self.fabric.isOpen(from: self.sides[end.rawValue].host, to: self.sides[end.other.rawValue].host)
    }

    func drawLatency(from end: End) -> Delay {
        self.fabric.drawLatency(from: self.sides[end.rawValue].host, to: self.sides[end.other.rawValue].host)
    }

    func failure(_ kind: SystemCallError.Kind, _ reason: String) -> SystemCallError {
        SystemCallError(kind: kind, call: "connect", subject: self.target.description, reason: reason)
    }

    func schedule(after delay: Delay, _ step: Step, _ end: End) {
        self.schedule(at: self.scheduler.now + delay, step, end)
    }

    func schedule(at time: Instant, _ step: Step, _ end: End) {
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

    private func sendReset(from end: End) {
        self.schedule(after: self.drawLatency(from: end), .farewell, end)
    }

    func reset(_ end: End) {
        guard !self.sides[end.rawValue].isGone else { return }
        self.fabric.faultCounts.resets += 1
        self.fail(end, self.failure(.connectionReset, "Connection reset by peer"))
    }

    /// The side is over; its process learns why.
    func fail(_ end: End, _ error: SystemCallError) {
        guard !self.sides[end.rawValue].isGone else { return }
        self.sides[end.rawValue].isGone = true
        self.sides[end.rawValue].failure = error
        self.scheduler.feed(self.number)
        if let stream = self.sides[end.rawValue].stream { self.network(end)?.announceClosed(stream) }
    }
}
