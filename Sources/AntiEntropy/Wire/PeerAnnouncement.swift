package import Causality
package import Platform

/// What one peer tells of a third: who it is and where it was reached.
package struct PeerAnnouncement: Hashable, Sendable {
    /// Its peer ID.
    package var peer: PeerID
    /// The node's name.
    package var name: String
    /// Where the teller has reached it.
    package var address: NetworkAddress

    package init(peer: PeerID, name: String, address: NetworkAddress) {
        self.peer = peer
        self.name = name
        self.address = address
    }
}
