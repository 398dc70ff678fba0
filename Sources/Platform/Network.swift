/// An open stream. `slot` is a small dense index, reused; `generation` tells its users apart, so that
/// an event for a stream that was closed meanwhile can be recognised.
package struct StreamID: Hashable, Sendable {
    package var slot: UInt32
    package var generation: UInt32

    package init(slot: UInt32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }
}

/// What came of reading from a stream.
package enum ReadResult: Hashable, Sendable {
    case bytes(Int)
    /// Nothing now; ``Event/readable(_:)`` will come.
    case wouldBlock
    /// The other side has finished sending.
    case end
    case failed(SystemCallError)
}

/// What came of writing to a stream.
package enum WriteResult: Hashable, Sendable {
    /// How many bytes were taken, perhaps none; for the rest ask for ``Event/writable(_:)``.
    case accepted(Int)
    case failed(SystemCallError)
}

/// Where multicast datagrams are exchanged.
package struct MulticastGroup: Hashable, Sendable {
    package var address: NetworkAddress

    package init(address: NetworkAddress) {
        self.address = address
    }
}

/// The seam to the network: non-blocking streams and multicast datagrams. Readiness is level
/// triggered: an unread stream is reported again in every turn.
package protocol Network: AnyObject {
    /// Listens; port 0 asks for any free one. Returns the address really bound.
    func listen(on address: NetworkAddress) throws(SystemCallError) -> NetworkAddress
    /// Stops taking new connections while true: they wait in the system's queue.
    func pauseAccepting(_ paused: Bool)
    func stopListening()

    /// Starts connecting to a numeric address; ``Event/connected(_:)`` or ``Event/closed(_:_:)`` follows.
    func connect(to address: NetworkAddress) -> StreamID
    func read(_ stream: StreamID, into destination: inout MutableSpan<UInt8>) -> ReadResult
    func write(_ stream: StreamID, _ bytes: Span<UInt8>) -> WriteResult
    /// Whether ``Event/readable(_:)`` is wanted; it is from the start.
    func setReading(_ stream: StreamID, _ wanted: Bool)
    /// Whether ``Event/writable(_:)`` is wanted; it is not from the start.
    func setWriting(_ stream: StreamID, _ wanted: Bool)
    /// Closes at once. No event of this stream follows.
    func close(_ stream: StreamID)

    /// Resolves a name off this thread; ``Event/resolved(_:_:)`` follows with all its addresses.
    func resolve(_ host: String, port: UInt16, token: UInt64)
    /// Addresses of this machine's interfaces, numeric, loopback included.
    func localHosts() -> [String]

    /// Joins a group on every interface that can carry it, or on the one that owns `interface`.
    /// What this node sends comes back to it too.
    func joinMulticast(_ group: MulticastGroup, interface: String?) throws(SystemCallError)
    /// Sends one datagram to the joined group on every joined interface. The host of the sender's
    /// address, as receivers see it, is one they can dial.
    func sendMulticast(_ bytes: Span<UInt8>)
}
