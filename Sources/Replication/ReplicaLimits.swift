package import AntiEntropy
package import Platform

/// Bounds on what a replica keeps for others.
package struct ReplicaLimits: Sendable {
    /// Connections at once, clients and peers together; further ones wait in the system's queue. So that clients never
    /// keep peers out, sessions MUST be refused to clients earlier, with as much room left as peers need.
    package var connections = 12_000
    /// Bytes read from one connection in one turn, so that none starves the others.
    package var readLength = 64 * 1024
    /// Unsent reply bytes of one connection beyond which no more of its requests are read.
    package var outputLength = 4 * 1024 * 1024
    /// Unparsed request bytes of one connection; one more ends it.
    package var inputLength = 64 * 1024 * 1024
    /// Unsent bytes on one link to a peer beyond which nothing more is fetched for it.
    package var linkOutputLength = 1024 * 1024
    /// Bytes of records in one message to a peer, unless one record is longer.
    package var recordsLength = 256 * 1024
    /// How long a started node tries to converse with its known peers before it serves clients.
    package var gathering = Delay.milliseconds(1_000)
    /// A peer's unfinished connection attempt is given up after this.
    package var connectTimeout = Delay.seconds(3)
    /// A peer may take this long to read what is sent before a connection is closed.
    package var closing = Delay.seconds(5)
    /// Peers that one step may forget.
    package static let forgottenTogether = 64
    /// How long remaining members may take to agree that a peer is forgotten.
    package var forgetting = Delay.seconds(5)
    /// From the end of one walk over the tombstones to the next.
    package var collectionPause = Delay.seconds(1)
    /// Requests that wait for acknowledgement by peers at once.
    package var waiters = 10_000
    /// Bounds on each conversation.
    package var conversation = ConversationLimits()
    /// How often and how eagerly to talk.
    package var schedule = ScheduleLimits()

    package init() {}
}
