import Platform

/// The driver's side of a link: which stream carries it, and what has not left yet.
///
/// A class, so that what is said of it does not copy it, nor its output.
final class DriverLink {
    let id: LinkID
    let stream: StreamID
    var output: [UInt8] = []
    var sentLength = 0
    var isConnected: Bool
    /// Close when the output has left.
    var isClosing = false
    /// Not to be closed before the peer has done so, within a bound.
    var awaitsPeer = false
    var isWriting = false

    init(id: LinkID, stream: StreamID, isConnected: Bool) {
        self.id = id
        self.stream = stream
        self.isConnected = isConnected
    }

    var unsentLength: Int {
        self.output.count - self.sentLength
    }
}
