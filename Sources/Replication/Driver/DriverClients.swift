import ByteCoding
import Journal
import Platform

extension ReplicaDriver {
    func readClient(_ connection: ClientConnection) {
        switch self.read(connection.stream) {
        case .bytes(let count): self.takeIn(count, of: connection)
        case .wouldBlock: return
        case .end:
            // What was taken in is still answered, as for a client that pipes its requests and hangs up.
            connection.hasEnded = true
            self.setReading(connection, false)
            self.list(connection)
        case .failed: self.drop(connection)
        }
    }

    /// Shows the session `count` bytes of the read buffer, behind what it has left before.
    func takeIn(_ count: Int, of connection: ClientConnection) {
        var consumed = 0
        if connection.input.isEmpty, self.replica.isAnswering, !self.isDraining {
            self.show(self.readBuffer.span.extracting(0..<count), to: connection, consumed: &consumed)
            if consumed < count { connection.input.append(contentsOf: self.readBuffer[consumed..<count]) }
        } else {
            connection.input.append(contentsOf: self.readBuffer[0..<count])
            self.serve(connection)
        }
        if connection.input.count > self.replica.configuration.limits.inputLength {
            self.drop(connection)
        }
    }

    /// Shows the session what it has left before.
    func serve(_ connection: ClientConnection) {
        guard connection.progress == .ready || connection.progress == .blocked else { return }
        guard self.replica.isAnswering, !self.isDraining else {
            // Until the first conversations are over, which is soon, requests wait.
            self.block(connection)
            return
        }
        guard !connection.input.isEmpty else { return }
        var consumed = 0
        var input: [UInt8] = []
        swap(&input, &connection.input)
        self.show(input.span, to: connection, consumed: &consumed)
        if consumed == input.count {
            input.removeAll(keepingCapacity: input.capacity <= 1024 * 1024)
        } else if consumed > 0 {
            input.removeFirst(consumed)
        }
        swap(&input, &connection.input)
    }

    private func show(_ bytes: Span<UInt8>, to connection: ClientConnection, consumed: inout Int) {
        guard let session = connection.session else { return }
        self.replica.requestTurn = connection.askedTurn ?? self.replica.turn
        let before = consumed
        let progress = session.receive(bytes, consumed: &consumed, on: connection, replica: self.replica)
        if consumed > before || progress != .blocked { connection.askedTurn = nil }
        connection.progress = progress
        self.list(connection)
        switch progress {
        case .ready:
            connection.isFull = connection.output.unsentLength > self.replica.configuration.limits.outputLength
            self.setReading(connection, !connection.isFull)
        case .blocked: self.block(connection)
        case .suspended, .finished: self.setReading(connection, false)
        }
    }

    /// Tells everyone whose write nobody knows the outcome of.
    func failHeld() {
        for slot in self.slots {
            guard case .client(let connection) = slot, !connection.output.isEmpty else { continue }
            self.list(connection)
        }
    }

    private func block(_ connection: ClientConnection) {
        connection.progress = .blocked
        connection.askedTurn = connection.askedTurn ?? self.replica.turn
        self.setReading(connection, false)
        self.blocked.append(connection.stream)
    }

    /// Serves sessions that were resumed, or that waited for room or for the first conversations.
    func serveResumed() {
        if !self.blocked.isEmpty, self.replica.isAnswering, !self.isDraining { self.unblock() }
        guard !self.resumed.isEmpty else { return }
        var streams: [StreamID] = []
        swap(&streams, &self.resumed)
        for stream in streams {
            guard case .client(let connection) = self.slot(of: stream) else { continue }
            self.list(connection)
            if connection.progress != .finished { self.setReading(connection, true) }
            self.serve(connection)
        }
    }

    /// Has every session that is blocked asked again.
    func unblock() {
        self.resumed.append(contentsOf: self.blocked)
        self.blocked.removeAll(keepingCapacity: true)
    }

    func list(_ connection: ClientConnection) {
        guard !connection.isListedForOutput else { return }
        connection.isListedForOutput = true
        self.outputs.append(connection.stream)
    }

    /// Sends every listed connection what may leave.
    func sendReplies() {
        guard !self.outputs.isEmpty else { return }
        var streams: [StreamID] = []
        swap(&streams, &self.outputs)
        for stream in streams {
            guard case .client(let connection) = self.slot(of: stream) else { continue }
            connection.isListedForOutput = false
            self.send(connection)
        }
    }

    func send(_ connection: ClientConnection) {
        let acknowledged = self.replica.acknowledged
        let isFailed = self.replica.journal.hasFailed || self.replica.hasUnresolved
        if isFailed, connection.output.dropHeld(acknowledged) {
            let failure: HeldFailure = self.replica.journal.hasFailed ? .storage : .leadership
            connection.output.bytes.append(contentsOf: connection.session?.reply(to: failure) ?? [])
            connection.progress = .finished
        }
        while true {
            let count = connection.output.sendableLength(acknowledged)
            guard count > 0 else { break }
            let start = connection.output.sentLength
            let result = self.environment.network.write(
                connection.stream, connection.output.bytes.span.extracting(start..<(start + count)))
            switch result {
            case .accepted(let taken):
                self.replica.counters.bytesSent += UInt64(taken)
                connection.output.sent(taken)
                if taken < count {
                    self.setWriting(connection, true)
                    return
                }
            case .failed:
                self.drop(connection)
                return
            }
        }
        self.setWriting(connection, false)
        if connection.output.isEmpty {
            if let upstream = connection.upstream { self.unpause(upstream) }
            if connection.progress == .ready, connection.isFull {
                connection.isFull = false
                self.resumed.append(connection.stream)
            } else if connection.progress == .finished || (connection.hasEnded && connection.progress == .ready) {
                self.discardInput(of: connection)
                self.drop(connection)
            } else if connection.progress == .ready {
                self.setReading(connection, true)
            }
        } else {
            // Held: looked at again when the log has been synced further.
            self.list(connection)
        }
    }

    func setReading(_ connection: ClientConnection, _ requested: Bool) {
        let wanted = requested && !connection.hasEnded
        guard connection.isReading != wanted else { return }
        connection.isReading = wanted
        self.environment.network.setReading(connection.stream, wanted)
    }

    private func setWriting(_ connection: ClientConnection, _ wanted: Bool) {
        guard connection.isWriting != wanted else { return }
        connection.isWriting = wanted
        self.environment.network.setWriting(connection.stream, wanted)
    }

    /// Reads what a client has sent behind its end: closing with bytes unread would reset the
    /// connection, and the last reply, perhaps an error that explains it all, could be lost.
    private func discardInput(of connection: ClientConnection) {
        for _ in 0..<16 {
            guard case .bytes = self.read(connection.stream) else { return }
        }
    }

    /// Closes the connection from this side.
    func drop(_ connection: ClientConnection) {
        self.environment.network.close(connection.stream)
        self.forget(connection)
    }

    /// Lets go of a connection whose stream is gone.
    func forget(_ connection: ClientConnection) {
        connection.session?.closed()
        connection.session = nil
        connection.upstream?.close()
        connection.progress = .finished
        if case .client = self.slot(of: connection.stream) { self.vacate(connection.stream) }
    }
}
