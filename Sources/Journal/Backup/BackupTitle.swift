package import Causality

/// Where a backup comes from.
package struct BackupTitle: Hashable, Sendable {
    /// When it was begun, in milliseconds since 1970.
    package var created: UInt64
    /// The node's peer ID then.
    package var peer: PeerID
    /// The node's name, at most 255 bytes.
    package var node: String
    /// The cluster's name, at most 255 bytes.
    package var cluster: String

    package init(created: UInt64, peer: PeerID, node: String, cluster: String) {
        self.created = created
        self.peer = peer
        self.node = node
        self.cluster = cluster
    }
}
