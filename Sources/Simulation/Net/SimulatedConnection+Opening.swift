import Platform

// How a connection comes about: an opening packet that is answered, refused or lost, and sent again.
extension SimulatedConnection {
    /// Sends the opening packet; it is answered, refused or lost.
    func sendOpening() {
        self.schedule(after: self.drawLatency(from: .dialler), .opening, .dialler)
    }

    func takeOpening() {
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

    func reopen() {
        guard !self.sides[0].isClosed, !self.sides[0].isGone else { return }
        self.sendOpening()
    }

    func takeRefusal() {
        self.fabric.faultCounts.refusedConnections += 1
        self.fail(.dialler, self.failure(.connectionRefused, "Connection refused"))
    }

    func takeAnswer() {
        guard !self.sides[0].isClosed, !self.sides[0].isGone else { return }
        self.sides[0].isConnected = true
        self.scheduler.feed(self.number)
        if let stream = self.sides[0].stream { self.network(.dialler)?.announceConnected(stream) }
    }
}
