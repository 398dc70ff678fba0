import Platform

/// The driver's side of a link: which stream carries it, and what has not left yet.
struct DriverLink {
    var id: LinkID
    var stream: StreamID
    var output: [UInt8] = []
    var sentLength = 0
    var isConnected: Bool
    /// Close when the output has left.
    var isClosing = false
    /// Not to be closed before the peer has done so, within a bound.
    var awaitsPeer = false
    var isWriting = false

    var unsentLength: Int {
        self.output.count - self.sentLength
    }
}
