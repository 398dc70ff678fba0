/// What takes the answers to requests that were passed on. Called on the node's thread.
package protocol UpstreamReceiver: AnyObject {
    /// Takes in all of the bytes. What it appends to the client's output is sent.
    func received(_ bytes: Span<UInt8>, from upstream: Upstream)

    /// The connection is over; what was not answered will not be.
    func ended(_ upstream: Upstream, reason: String)
}
