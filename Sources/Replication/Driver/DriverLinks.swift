import Platform

extension ReplicaDriver {
    /// Carries out what the exchange asked for, in order.
    func carryOutEffects() {
        var effects: [Effect] = []
        swap(&effects, &self.effects)
        self.replica.exchange.takeEffects(into: &effects)
        for effect in effects {
            switch effect {
            case .connect(let link, let address): self.dial(link, address)
            case .send(let link, let bytes): self.append(bytes, to: link)
            case .close(let link, let awaitsPeer): self.close(link, awaitingPeer: awaitsPeer)
            case .multicast(let bytes): self.environment.network.sendMulticast(bytes.span)
            case .resolve(let token, let host, let port):
                self.environment.network.resolve(host, port: port, token: token)
            case .trace(let record): self.environment.trace(record)
            case .event(let event): self.replica.onEvent(event)
            }
        }
        if !effects.isEmpty { effects.removeAll(keepingCapacity: effects.count <= 64) }
        swap(&effects, &self.effects)
    }

    private func dial(_ id: LinkID, _ address: NetworkAddress) {
        let stream = self.environment.network.connect(to: address)
        self.connectionCount += 1
        self.streams[id] = stream
        self.place(.link(DriverLink(id: id, stream: stream, isConnected: false)), at: stream)
    }

    func linkConnected(_ stream: StreamID) {
        guard case .link(let link) = self.slot(of: stream) else { return }
        link.isConnected = true
        self.replica.exchange.connected(link.id, now: self.replica.now)
    }

    func readLink(_ link: DriverLink) {
        switch self.read(link.stream) {
        case .bytes(let count):
            // What a link that is being closed still brings is read so that it does not reset the connection.
            if !link.isClosing { self.takeIn(count, of: link) }
        case .wouldBlock: return
        case .end: self.end(link, "connection closed by the other side")
        case .failed(let error): self.end(link, error.reason)
        }
    }

    func takeIn(_ count: Int, of link: DriverLink) {
        let bytes = self.readBuffer
        self.replica.exchange.received(link.id, bytes.span.extracting(0..<count), now: self.replica.now)
    }

    private func append(_ bytes: [UInt8], to id: LinkID) {
        guard let stream = self.streams[id], case .link(let link) = self.slot(of: stream), !link.isClosing else {
            return
        }
        link.output.append(contentsOf: bytes)
        self.sendLink(stream)
    }

    private func close(_ id: LinkID, awaitingPeer awaitsPeer: Bool) {
        guard let stream = self.streams[id], case .link(let link) = self.slot(of: stream) else { return }
        link.isClosing = true
        link.awaitsPeer = awaitsPeer && link.isConnected
        if !link.isConnected || (link.unsentLength == 0 && !link.awaitsPeer) {
            self.release(link)
        } else {
            self.closing.append((stream, self.replica.now + self.replica.configuration.limits.closing))
        }
    }

    /// Closes links whose other side has not read the last bytes in time.
    func releaseOverdueLinks() {
        while let first = self.closing.first, first.due <= self.replica.now {
            self.closing.removeFirst()
            if case .link(let link) = self.slot(of: first.stream) { self.release(link) }
        }
    }

    func sendLink(_ stream: StreamID) {
        guard case .link(let link) = self.slot(of: stream), link.isConnected else { return }
        var failure: SystemCallError?
        while link.unsentLength > 0 {
            switch self.write(link, to: stream) {
            case .failed(let error): failure = error
            case .accepted(let count):
                self.replica.counters.bytesSent += UInt64(count)
                link.sentLength += count
                if count > 0 { continue }
            }
            break
        }
        if link.unsentLength == 0 {
            link.output.removeAll(keepingCapacity: link.output.capacity <= 1024 * 1024)
            link.sentLength = 0
        } else if link.sentLength > 256 * 1024 {
            // A link that always has something unsent must not keep all it ever sent.
            link.output.removeFirst(link.sentLength)
            link.sentLength = 0
        }
        let wantsWriting = link.unsentLength > 0
        if link.isWriting != wantsWriting {
            link.isWriting = wantsWriting
            self.environment.network.setWriting(stream, wantsWriting)
        }
        if let failure {
            self.end(link, failure.reason)
        } else if link.unsentLength == 0, link.isClosing, !link.awaitsPeer {
            self.release(link)
        } else if !link.isClosing {
            self.replica.exchange.noteUnsent(link.unsentLength, on: link.id)
        }
    }

    private func write(_ link: DriverLink, to stream: StreamID) -> WriteResult {
        let bytes = link.output
        return self.environment.network.write(stream, bytes.span.extracting(link.sentLength..<bytes.count))
    }

    /// Closes a link that failed and tells the exchange.
    private func end(_ link: DriverLink, _ reason: String) {
        self.environment.network.close(link.stream)
        self.vacate(link.stream)
        self.linkEnded(link, reason)
    }

    func linkEnded(_ link: DriverLink, _ reason: String) {
        self.streams[link.id] = nil
        if !link.isClosing { self.replica.exchange.closed(link.id, reason, now: self.replica.now) }
    }

    /// Closes a link that the exchange has finished with.
    private func release(_ link: DriverLink) {
        self.environment.network.close(link.stream)
        self.vacate(link.stream)
        self.streams[link.id] = nil
    }
}
