import CPosixShim
import Glibc
package import Platform

/// The machine's network: non-blocking TCP streams, name lookup and multicast, behind one poller.
///
/// Bytes that have arrived are never lost: a stream that was reset or hung up is reported as readable
/// as long as its reader wants it, and the reader meets the end or the failure after the last byte.
/// While neither reading nor writing is wanted, a broken stream is silent; wanting either brings the
/// news. After reading `end` or `failed`, readability is not reported again. After writing has
/// `failed`, the caller closes the stream.
package final class PosixNetwork: Network {
    private let poller: Poller
    private let acceptor: Acceptor
    private let resolver: NameResolver
    private let multicast: MulticastSockets
    private var streams = StreamTable()
    /// Connections that were made, or failed with an error, without the poller having a part in it.
    private var settled: [(StreamID, SystemCallError?)] = []

    init(poller: Poller, waker: Waker, trace: @escaping @Sendable (TraceRecord) -> Void) {
        self.poller = poller
        self.acceptor = Acceptor(poller: poller, trace: trace)
        self.resolver = NameResolver(waker: waker)
        self.multicast = MulticastSockets(poller: poller, trace: trace)
    }

    package func listen(on address: NetworkAddress) throws(SystemCallError) -> NetworkAddress {
        try self.acceptor.listen(on: address)
    }

    package func pauseAccepting(_ paused: Bool) {
        self.acceptor.setPaused(paused)
    }

    package func stopListening() {
        self.acceptor.stop()
    }

    /// Starts connecting; a refusal to even start is reported as ``Event/closed(_:_:)`` like any other.
    package func connect(to address: NetworkAddress) -> StreamID {
        var isFinished = false
        let descriptor = unsafe starling_socket_connect(address.host, address.port, &isFinished)
        if descriptor < 0 {
            let id = self.streams.insert(.failed, descriptor: -1, peer: address)
            let error = SystemCallError(call: "connect", subject: "\(address)", number: -descriptor)
            self.settled.append((id, error))
            return id
        }
        let id = self.streams.insert(.connecting, descriptor: descriptor, peer: address)
        if isFinished {
            self.settled.append((id, nil))
        } else {
            self.poll(id)
        }
        return id
    }

    package func read(_ stream: StreamID, into destination: inout MutableSpan<UInt8>) -> ReadResult {
        guard let descriptor = self.streams.openDescriptor(of: stream) else {
            return self.streams.contains(stream) ? .wouldBlock : .failed(Self.isClosed("recv"))
        }
        guard !destination.isEmpty else { return .wouldBlock }
        let count = unsafe destination.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return Int64(0) }
            return unsafe starling_socket_read(descriptor, start, bytes.count)
        }
        if count > 0 {
            return .bytes(Int(count))
        }
        let number = Int32(truncatingIfNeeded: -count)
        if number == EAGAIN {
            return .wouldBlock
        }
        self.streams.update(stream) { $0.hasEnded = true }
        self.poll(stream)
        return number == 0 ? .end : .failed(self.error("recv", stream, number))
    }

    package func write(_ stream: StreamID, _ bytes: Span<UInt8>) -> WriteResult {
        guard let descriptor = self.streams.openDescriptor(of: stream) else {
            return self.streams.contains(stream) ? .accepted(0) : .failed(Self.isClosed("send"))
        }
        let count = unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return Int64(0) }
            return unsafe starling_socket_write(descriptor, start, bytes.count)
        }
        if count >= 0 {
            return .accepted(Int(count))
        }
        let number = Int32(truncatingIfNeeded: -count)
        // Memory for buffers that is short now is no failure of the stream.
        if number == EAGAIN || number == ENOBUFS || number == ENOMEM {
            return .accepted(0)
        }
        return .failed(self.error("send", stream, number))
    }

    /// Tells the other side that nothing more will be sent. Reading goes on.
    package func finishWriting(_ stream: StreamID) {
        if let entry = self.streams[stream], entry.phase == .open {
            _ = starling_socket_finish_writing(entry.descriptor)
        }
    }

    package func setReading(_ stream: StreamID, _ wanted: Bool) {
        guard let entry = self.streams[stream], entry.wantsReading != wanted else { return }
        self.streams.update(stream) { $0.wantsReading = wanted }
        self.poll(stream)
    }

    package func setWriting(_ stream: StreamID, _ wanted: Bool) {
        guard let entry = self.streams[stream], entry.wantsWriting != wanted else { return }
        self.streams.update(stream) { $0.wantsWriting = wanted }
        self.poll(stream)
    }

    package func close(_ stream: StreamID) {
        guard let entry = self.streams[stream] else { return }
        self.streams.remove(stream)
        if entry.descriptor >= 0 {
            // Before the descriptor is closed: a child being started may hold a copy for a moment.
            if entry.isPolled {
                self.poller.remove(entry.descriptor)
            }
            _ = starling_close(entry.descriptor)
        }
    }

    package func resolve(_ host: String, port: UInt16, token: UInt64) {
        self.resolver.resolve(host, port: port, token: token)
    }

    package func localHosts() -> [String] {
        let hosts = NetworkInterface.all().filter(\.isUp).map(\.host).sorted()
        return hosts.enumerated().filter { $0.offset == 0 || hosts[$0.offset - 1] != $0.element }.map(\.element)
    }

    package func joinMulticast(_ group: MulticastGroup, interface: String?) throws(SystemCallError) {
        try self.multicast.join(group, interface: interface)
    }

    package func sendMulticast(_ bytes: Span<UInt8>) {
        self.multicast.send(bytes)
    }

    /// Whether there is something to report that the poller does not know of.
    var hasSettled: Bool { !self.settled.isEmpty || self.resolver.hasSettled }

    /// When this network wants to be looked at even if nothing is ready.
    var deadline: Instant? { self.acceptor.resumption }

    /// Appends what a ready descriptor has to tell.
    func take(_ token: PollToken, _ flags: UInt32, into events: inout [Event]) {
        switch token {
        case .waker:
            break
        case .multicast:
            self.multicast.receive(into: &events)
        case .listener(let listener):
            for (descriptor, peer) in self.acceptor.accept(from: listener) {
                let id = self.streams.insert(.open, descriptor: descriptor, peer: peer)
                self.poll(id)
                events.append(.accepted(id, from: peer))
            }
        case .stream(let id):
            self.takeStream(id, flags, into: &events)
        }
    }

    /// Appends what has happened without the poller, and takes connections again after a pause.
    func takeSettled(into events: inout [Event]) {
        self.acceptor.resumeIfDue()
        self.resolver.take(into: &events)
        guard !self.settled.isEmpty else { return }
        let settled = self.settled
        self.settled = []
        for (id, error) in settled where self.streams.contains(id) {
            if let error {
                self.end(id, error, into: &events)
            } else {
                self.finishConnecting(id, into: &events)
            }
        }
    }

    /// Closes everything; the lookup thread is told to end but not waited for.
    func stop() {
        self.acceptor.stop()
        self.multicast.stop()
        self.resolver.stop()
        for id in self.streams.ids {
            self.close(id)
        }
        self.settled = []
    }

    private func takeStream(_ id: StreamID, _ flags: UInt32, into events: inout [Event]) {
        guard let entry = self.streams[id] else { return }
        if entry.phase == .connecting {
            self.finishConnecting(id, into: &events)
            return
        }
        guard entry.phase == .open else { return }
        let isBroken = flags & (STARLING_POLL_ERROR | STARLING_POLL_HANGUP) != 0
        let isReadable = entry.wantsReading && !entry.hasEnded && (isBroken || flags & STARLING_POLL_IN != 0)
        let isWritable = entry.wantsWriting && (isBroken || flags & STARLING_POLL_OUT != 0)
        if isReadable {
            events.append(.readable(id))
        }
        if isWritable {
            events.append(.writable(id))
        }
        guard isBroken, !isReadable, !isWritable else { return }
        if entry.hasEnded {
            let number = starling_socket_error(entry.descriptor)
            self.end(id, number == 0 ? nil : self.error("recv", id, number), into: &events)
        } else {
            // The kernel would report this in every turn; unread bytes may be left, so the stream stays.
            self.poller.remove(entry.descriptor)
            self.streams.update(id) { $0.isPolled = false }
        }
    }

    private func finishConnecting(_ id: StreamID, into events: inout [Event]) {
        guard let entry = self.streams[id] else { return }
        let number = starling_socket_error(entry.descriptor)
        if number != 0 {
            self.end(id, self.error("connect", id, number), into: &events)
            return
        }
        self.streams.update(id) { $0.phase = .open }
        self.poll(id)
        events.append(.connected(id))
    }

    private func error(_ call: String, _ id: StreamID, _ number: Int32) -> SystemCallError {
        SystemCallError(call: call, subject: self.streams[id]?.peer.description ?? "a stream", number: number)
    }

    private static func isClosed(_ call: String) -> SystemCallError {
        SystemCallError(call: call, subject: "a closed stream", number: EBADF)
    }

    private func end(_ id: StreamID, _ error: SystemCallError?, into events: inout [Event]) {
        self.close(id)
        events.append(.closed(id, error))
    }

    /// Tells the poller what the stream waits for, if that has changed.
    private func poll(_ id: StreamID) {
        guard let entry = self.streams[id], entry.phase == .open || entry.phase == .connecting else { return }
        var interest: UInt32 = 0
        if entry.phase == .connecting {
            interest = STARLING_POLL_OUT
        } else {
            if entry.wantsReading && !entry.hasEnded { interest |= STARLING_POLL_IN }
            if entry.wantsWriting { interest |= STARLING_POLL_OUT }
        }
        if entry.isPolled {
            if interest != entry.interest {
                self.poller.change(entry.descriptor, .stream(id), interest)
            }
        } else {
            do {
                try self.poller.add(entry.descriptor, .stream(id), interest)
            } catch {
                self.streams.update(id) { $0.phase = .failed }
                self.settled.append((id, error))
                return
            }
        }
        self.streams.update(id) {
            $0.isPolled = true
            $0.interest = interest
        }
    }
}
