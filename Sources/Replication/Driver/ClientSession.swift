import Platform

/// What a session asks of its connection after it has taken in bytes.
package enum SessionProgress: Hashable, Sendable {
    /// Wants more bytes.
    case ready
    /// The log has no room at the moment: call again, with the same bytes, after a storage event.
    case blocked
    /// Waits for something of its own; ``ClientConnection/resume()`` will be called.
    case suspended
    /// Nothing more will be read; close when the replies have left.
    case finished
}

/// One client's side of a protocol: turns request bytes into replies.
///
/// Called on the node's thread. It MUST take in complete requests only, and leave the rest.
package protocol ClientSession: AnyObject {
    /// Takes in what it can of `bytes`, appending replies to the connection's output.
    ///
    /// Adds to `consumed` the number of bytes that need not be shown again.
    func receive(
        _ bytes: Span<UInt8>, consumed: inout Int, on connection: ClientConnection, replica: Replica
    ) -> SessionProgress

    /// What the client is told instead of replies to writes whose outcome is not known.
    func reply(to failure: HeldFailure) -> [UInt8]

    /// The connection is gone; nothing can be sent any more.
    func closed()
}

/// Makes the session for a new connection by its first byte; nil refuses it.
package typealias SessionFactory = (_ firstByte: UInt8, _ connection: ClientConnection) -> (any ClientSession)?
