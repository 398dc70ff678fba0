import Platform

// Requests that go on to another node.
extension ReplicaDriver {
    /// Begins to connect to another node on behalf of a client, instead of where it went before.
    func dial(
        _ address: NetworkAddress, for connection: ClientConnection, _ receiver: any UpstreamReceiver
    ) -> Upstream {
        connection.upstream?.close()
        let stream = self.environment.network.connect(to: address)
        self.connectionCount += 1
        let upstream = Upstream(stream, to: address, for: connection, receiver: receiver) { [unowned self] in
            self.upstreams.append($0)
        }
        connection.upstream = upstream
        self.place(.upstream(upstream), at: stream)
        return upstream
    }

    /// Sends what was left to be sent, and closes what is over.
    func carryUpstreams() {
        while !self.upstreams.isEmpty {
            var woken: [Upstream] = []
            swap(&woken, &self.upstreams)
            for upstream in woken {
                if upstream.isOver { self.release(upstream) } else { self.send(upstream) }
            }
        }
    }

    func send(_ upstream: Upstream) {
        guard upstream.isConnected, !upstream.isOver else { return }
        while upstream.unsentLength > 0 {
            let bytes = upstream.output
            let result = self.environment.network.write(
                upstream.stream, bytes.span.extracting(upstream.sentLength..<bytes.count))
            switch result {
            case .accepted(let count):
                self.replica.counters.bytesSent += UInt64(count)
                upstream.sentLength += count
                if count > 0 { continue }
            case .failed(let error): return self.end(upstream, error.reason)
            }
            break
        }
        if upstream.unsentLength == 0 {
            upstream.output.removeAll(keepingCapacity: upstream.output.capacity <= 256 * 1024)
            upstream.sentLength = 0
        }
        let wantsWriting = upstream.unsentLength > 0
        guard upstream.isWriting != wantsWriting else { return }
        upstream.isWriting = wantsWriting
        self.environment.network.setWriting(upstream.stream, wantsWriting)
    }

    func read(_ upstream: Upstream) {
        switch self.read(upstream.stream) {
        case .bytes(let count):
            upstream.receiver?.received(self.readBuffer.span.extracting(0..<count), from: upstream)
            guard let connection = upstream.connection else { return }
            self.list(connection)
            let limit = self.replica.configuration.limits.outputLength
            if connection.output.unsentLength > limit, !upstream.isOver, !upstream.isPaused {
                upstream.isPaused = true
                self.environment.network.setReading(upstream.stream, false)
            }
        case .wouldBlock: return
        case .end: self.end(upstream, "connection closed by the other side")
        case .failed(let error): self.end(upstream, error.reason)
        }
    }

    /// Reads answers again when the client has taken those before.
    func unpause(_ upstream: Upstream) {
        guard upstream.isPaused, !upstream.isOver else { return }
        upstream.isPaused = false
        self.environment.network.setReading(upstream.stream, true)
    }

    /// It failed, or the other side ended it.
    ///
    /// - Parameter isClosed: whether the stream is closed already.
    func end(_ upstream: Upstream, _ reason: String, isClosed: Bool = false) {
        guard !upstream.isOver else { return }
        upstream.isOver = true
        self.release(upstream, isClosed: isClosed)
        upstream.receiver?.ended(upstream, reason: reason)
        if let connection = upstream.connection { self.list(connection) }
    }

    private func release(_ upstream: Upstream, isClosed: Bool = false) {
        guard case .upstream(let current) = self.slot(of: upstream.stream), current === upstream else { return }
        if !isClosed { self.environment.network.close(upstream.stream) }
        self.vacate(upstream.stream)
        upstream.output = []
        upstream.sentLength = 0
        if upstream.connection?.upstream === upstream { upstream.connection?.upstream = nil }
    }
}
