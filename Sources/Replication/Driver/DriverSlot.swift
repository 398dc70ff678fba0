import Platform

/// What a stream is used for.
enum DriverSlot {
    case empty
    /// Accepted; the first byte will tell.
    case unknown(StreamID, from: NetworkAddress, since: Instant)
    case client(ClientConnection)
    case link(DriverLink)
    case upstream(Upstream)
}
