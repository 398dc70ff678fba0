package import Platform

/// A connection of this node to another, for the requests of one client that it passes on.
///
/// Legal transitions: connecting → connected; either → over, once, by the other side, by a failure or by ``close()``.
package final class Upstream {
    /// The other node's.
    package let address: NetworkAddress
    /// Whether answers are awaited: a node that stops waits for them as for what it answers itself.
    package var isAwaited = false
    /// Whether it came about. What was sent before that has not been done.
    package internal(set) var isConnected = false
    /// Whether it is over.
    package internal(set) var isOver = false
    let stream: StreamID
    weak var connection: ClientConnection?
    weak var receiver: (any UpstreamReceiver)?
    var output: [UInt8] = []
    var sentLength = 0
    var isWriting = false
    /// The client has not taken what it was answered: no more is read.
    var isPaused = false
    private let wake: (Upstream) -> Void

    init(
        _ stream: StreamID, to address: NetworkAddress, for connection: ClientConnection,
        receiver: any UpstreamReceiver, wake: @escaping (Upstream) -> Void
    ) {
        self.stream = stream
        self.address = address
        self.connection = connection
        self.receiver = receiver
        self.wake = wake
    }

    /// Bytes that have not left.
    package var unsentLength: Int { self.output.count - self.sentLength }

    /// Sends the bytes at the end of this turn, or when it is connected.
    package func send(_ bytes: [UInt8]) {
        guard !self.isOver else { return }
        self.output += bytes
        self.wake(self)
    }

    /// Ends it; the receiver hears nothing more.
    package func close() {
        guard !self.isOver else { return }
        self.receiver = nil
        self.isOver = true
        self.wake(self)
    }
}
