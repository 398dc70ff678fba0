public import Causality
import Platform
package import Replication

/// A node's account of itself at one moment.
public struct NodeStatus: Sendable {
    /// One peer as this node sees it.
    public struct Peer: Sendable, Hashable {
        /// The name people call the node by.
        public var name: String
        /// nil until it has introduced itself.
        public var id: PeerID?
        /// `HOST:PORT`.
        public var address: String
        /// Whether the last attempt to talk to it succeeded.
        public var isReachable: Bool
        /// Writes known here that the peer was not known to hold when it last reported.
        public var missing: UInt64
        /// Why the last attempt failed; empty if it did not.
        public var lastFailure: String
        /// Deletes that are kept here for it: it is not known to hold them.
        public var holdsBack: Int
    }

    /// The name people call the node by.
    public var name: String
    /// The peer ID that this node writes under.
    public var id: PeerID
    /// The cluster it belongs to.
    public var cluster: String
    /// `HOST:PORT`.
    public var address: String
    /// The peers it knows, in the order in which they became known.
    public var peers: [Peer]
    /// Keys that readers see.
    public var keys: Int
    /// Deletes that are kept until every peer has them.
    public var tombstones: Int
    /// Keys with more than one sibling.
    public var conflicts: Int
    /// A digest of all live records and the context: equal on equal nodes.
    public var digest: String
    /// Why nothing more is written; nil while all is well.
    public var failure: String?

    package init(_ status: ReplicaStatus) {
        self.name = status.name
        self.id = status.id
        self.cluster = status.cluster
        self.address = status.address.description
        self.peers = status.peers.map { peer in
            Peer(
                name: peer.name, id: peer.id, address: peer.address.description, isReachable: peer.isReachable,
                missing: peer.missing, lastFailure: peer.lastFailure, holdsBack: peer.holdsBack)
        }
        self.keys = status.keys
        self.tombstones = status.tombstones
        self.conflicts = status.conflicts
        self.digest = status.digest
        self.failure = status.failure
    }
}
