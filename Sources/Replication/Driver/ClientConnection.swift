package import Platform

/// A client's connection, as its session sees it.
package final class ClientConnection {
    /// Counts connections from 1 over the node's life; for `CLIENT ID`.
    package let number: UInt64
    package let remote: NetworkAddress
    package let openedAt: Instant
    /// Replies; the session appends, the driver sends.
    package var output = ReplyBuffer()
    /// Bytes received that the session has not taken in.
    var input: [UInt8] = []
    var session: (any ClientSession)?
    var progress = SessionProgress.ready
    let stream: StreamID
    /// The turn in which the request that waits was first asked; nil if none waits.
    var askedTurn: UInt64?
    /// The client has finished sending; what it sent is still answered.
    var hasEnded = false
    /// The session stopped because its replies piled up; it is shown the rest when they have left.
    var isFull = false
    var isReading = true
    var isWriting = false
    var isListedForOutput = false
    /// Where its requests are passed on to; nil for nowhere.
    var upstream: Upstream?
    /// Connects to another node; set by the driver.
    var dialler: ((ClientConnection, NetworkAddress, any UpstreamReceiver) -> Upstream)?
    private let wake: (StreamID) -> Void

    init(
        number: UInt64, stream: StreamID, remote: NetworkAddress, openedAt: Instant,
        wake: @escaping (StreamID) -> Void
    ) {
        self.number = number
        self.stream = stream
        self.remote = remote
        self.openedAt = openedAt
        self.wake = wake
    }

    /// Holds everything appended to the output from `start` on until the log is synced up to `lsn`.
    package func hold(from start: Int, until lsn: UInt64) {
        self.output.hold(from: start, until: lsn)
    }

    /// Begins to connect to another node, to pass requests on to; nil where there is no way to. It lasts as long as
    /// this connection at the most, and takes the place of one before.
    package func passOn(to address: NetworkAddress, answersTo receiver: any UpstreamReceiver) -> Upstream? {
        self.dialler?(self, address, receiver)
    }

    /// Ends a suspension: the session appended what it waited for, and will be shown the rest of its bytes.
    package func resume() {
        guard self.progress == .suspended else { return }
        self.progress = .ready
        self.wake(self.stream)
    }

    /// Takes nothing more in, and closes when the replies have left.
    package func finish() {
        self.progress = .finished
        self.wake(self.stream)
    }
}
