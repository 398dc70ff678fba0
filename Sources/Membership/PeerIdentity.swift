package import Causality
package import Platform

/// What a peer says of itself in its greeting.
package struct PeerIdentity: Hashable, Sendable {
    /// Its peer ID.
    package var peer: PeerID
    /// The node's name.
    package var name: String
    /// Where it can be reached. An empty host means the one it is seen from; port 0 means nowhere.
    package var advertised: NetworkAddress
    /// Peer IDs that it had before.
    package var predecessors: [PeerID]

    package init(peer: PeerID, name: String, advertised: NetworkAddress, predecessors: [PeerID]) {
        self.peer = peer
        self.name = name
        self.advertised = advertised
        self.predecessors = predecessors
    }

    /// The advertised address with an empty host filled in; nil if there is none.
    package static func reachable(_ advertised: NetworkAddress, seenFrom seen: NetworkAddress) -> NetworkAddress? {
        guard advertised.port > 0 else { return nil }
        let host = advertised.host.isEmpty ? seen.host : advertised.host
        return host.isEmpty ? nil : NetworkAddress(host: host, port: advertised.port)
    }
}
