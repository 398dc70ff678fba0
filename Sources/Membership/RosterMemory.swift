package import Causality
package import Platform

/// What a roster keeps across a restart: who belongs to the cluster, who did, and who is being forgotten.
package struct RosterMemory: Hashable, Sendable {
    /// A peer that has greeted, and where it was.
    package struct Peer: Hashable, Sendable {
        /// Its peer ID.
        package var peer: PeerID
        /// The node's name.
        package var name: String
        /// Numeric addresses, sorted.
        package var addresses: [NetworkAddress]

        package init(peer: PeerID, name: String, addresses: [NetworkAddress]) {
            self.peer = peer
            self.name = name
            self.addresses = addresses
        }
    }

    /// Members that have greeted, sorted by peer.
    package var members: [Peer] = []
    /// Peer IDs that have left, oldest first.
    package var departed: [PeerID] = []
    /// Peers that were forgotten, oldest first.
    package var forgotten: [ForgottenPeer] = []
    /// Peers that are not accepted until it is decided whether they are forgotten, sorted by peer.
    package var suspended: [Suspension] = []
    /// Whether this node was forgotten itself, and has not had its snapshot yet.
    package var isRejoining = false

    /// Nothing known.
    package init() {}
}
