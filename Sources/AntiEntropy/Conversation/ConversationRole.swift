package import Causality

/// Which side of a connection a peer is on.
package enum ConversationRole: Hashable, Sendable {
    /// It made the connection.
    case initiator
    /// It was connected to.
    case acceptor

    /// The other side's part.
    package var opposite: ConversationRole {
        switch self {
        case .initiator: .acceptor
        case .acceptor: .initiator
        }
    }

    /// Which of two simultaneous connections with a peer to keep, told by the own part in it. Both
    /// sides come to the same connection: the one that the lower peer ID has made.
    package static func kept(own: PeerID, peer: PeerID) -> ConversationRole {
        own < peer ? .initiator : .acceptor
    }
}
