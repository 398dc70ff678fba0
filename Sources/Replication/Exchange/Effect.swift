package import Platform

/// What the peer exchange asks the driver to do; carried out in order.
package enum Effect: Sendable {
    case connect(LinkID, NetworkAddress)
    case send(LinkID, [UInt8])
    /// Close when everything sent before has left; if the peer is awaited, not before it has closed,
    /// for closing with bytes of it unread would take back what it was told last.
    case close(LinkID, awaitingPeer: Bool)
    case multicast([UInt8])
    case resolve(token: UInt64, host: String, port: UInt16)
    case trace(TraceRecord)
    case event(ReplicaEvent)
}
