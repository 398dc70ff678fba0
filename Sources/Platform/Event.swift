/// Something that happened outside the node since its last turn.
package enum Event: Sendable {
    case accepted(StreamID, from: NetworkAddress)
    case connected(StreamID)
    case readable(StreamID)
    case writable(StreamID)
    /// The stream is gone: refused, reset, or hung up. It need not be closed again.
    case closed(StreamID, SystemCallError?)
    case datagram([UInt8], from: NetworkAddress)
    /// The end of the storage job with this id.
    case stored(UInt64, Result<Void, SystemCallError>)
    case resolved(token: UInt64, Result<[NetworkAddress], SystemCallError>)
}
