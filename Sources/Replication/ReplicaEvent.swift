package import Causality
package import DataModel

/// Something about the node that its owner may want to hear.
package enum ReplicaEvent: Sendable {
    case peerFound(name: String, address: String)
    case connected(peer: PeerID, name: String)
    case disconnected(peer: PeerID, name: String, reason: String)
    /// A peer was let go for good.
    case forgotten(peer: PeerID, name: String)
    /// A key has concurrent siblings.
    case conflict(key: Key, siblings: Int)
    /// Something failed that no caller was told of.
    case failed(String)
    /// The log is damaged, here first: nobody is served until peers have given what they hold.
    case healing(reason: String)
    /// The node serves again; so many records of its own came back that no peer had.
    case healed(restored: UInt64)
    /// The node is in leader mode now, or no longer.
    case modeChanged(isLeaderMode: Bool, reason: String)
    /// Leader mode was asked for, and is not founded.
    case modeKept(reason: String)
    /// This node leads, or follows another leader.
    case leader(peer: PeerID, name: String, term: UInt64)
    /// The leader is gone, and no other is known yet.
    case leaderLost(term: UInt64)
    /// Two nodes acted as leader at once, in words.
    case splitBrain(String)
    case identityChanged(from: PeerID, to: PeerID, reason: String)
}
