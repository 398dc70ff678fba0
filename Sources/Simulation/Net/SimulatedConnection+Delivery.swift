import Platform

// How bytes travel: in pieces that are delivered, acknowledged or stalled, until the sender gives up.
extension SimulatedConnection {
    /// Puts on the way what the window allows.
    func pump(_ end: End) {
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

    func attemptDelivery(from end: End) {
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
    func scheduleAcknowledgement(of end: End) {
        guard !self.sides[end.rawValue].outgoing.isAcknowledgementScheduled else { return }
        self.sides[end.rawValue].outgoing.isAcknowledgementScheduled = true
        self.schedule(after: self.drawLatency(from: end.other), .acknowledgement, end)
    }

    func attemptAcknowledgement(of end: End) {
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
}
