package import Causality
package import Platform

/// Who a peer is, said first by either side.
package struct Greeting: Hashable, Sendable {
    /// The lowest protocol version that the sender speaks.
    package var minimumVersion: UInt16
    /// The highest.
    package var maximumVersion: UInt16
    /// The cluster's name.
    package var cluster: String
    /// The sender's peer ID.
    package var peer: PeerID
    /// 64 random bits of the sender's process: tells oneself from a second holder of one peer ID.
    package var incarnation: UInt64
    /// The node's name.
    package var name: String
    /// Where others can reach the sender. An empty host means the address it is seen from.
    package var advertised: NetworkAddress
    /// Random bits, fresh for each connection, that the other side's proof must be about.
    package var challenge: UInt128
    /// Whether the sender has a cluster secret, and so wants and gives a proof.
    package var hasSecret: Bool
    /// Peer IDs that the sender's log had before, newest first.
    package var predecessors: [PeerID]
    /// Whether the sender's log was damaged, and it does not yet hold what it once held: nobody heals from it. What it
    /// has it may pass on.
    package var isHealing = false

    package init(
        cluster: String, peer: PeerID, incarnation: UInt64, name: String, advertised: NetworkAddress,
        challenge: UInt128, hasSecret: Bool = false, predecessors: [PeerID] = [],
        minimumVersion: UInt16 = MessageFormat.minimumVersion, maximumVersion: UInt16 = MessageFormat.maximumVersion
    ) {
        self.minimumVersion = minimumVersion
        self.maximumVersion = maximumVersion
        self.cluster = cluster
        self.peer = peer
        self.incarnation = incarnation
        self.name = name
        self.advertised = advertised
        self.challenge = challenge
        self.hasSecret = hasSecret
        self.predecessors = Array(predecessors.prefix(MessageLimits.predecessors))
    }

    /// The highest version that both speak; nil if there is none.
    package func commonVersion(with other: Greeting) -> UInt16? {
        let highest = min(self.maximumVersion, other.maximumVersion)
        return highest >= max(self.minimumVersion, other.minimumVersion) ? highest : nil
    }
}
