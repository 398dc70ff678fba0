package import Platform

/// What the peer exchange asks the driver to do; carried out in order.
package enum Effect: Sendable {
    case connect(LinkID, NetworkAddress)
    case send(LinkID, [UInt8])
    /// Close when everything sent before has left.
    case close(LinkID)
    case multicast([UInt8])
    case resolve(token: UInt64, host: String, port: UInt16)
    case trace(TraceRecord)
    case event(ReplicaEvent)
}
