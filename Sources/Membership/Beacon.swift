package import Causality
package import Platform

/// What a node calls out by multicast: that it is there, where, and in what state.
package struct Beacon: Hashable, Sendable {
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
    /// Where others can reach the sender. An empty host means the address it is heard from.
    package var advertised: NetworkAddress
    /// Equal when, and but for chance only when, two peers have nothing to tell each other.
    package var stateHash: UInt128
    /// Rises with each beacon of one process, so that an old or doubled one is recognised.
    package var counter: UInt64

    package init(
        cluster: String, peer: PeerID, incarnation: UInt64, name: String, advertised: NetworkAddress,
        stateHash: UInt128, counter: UInt64, minimumVersion: UInt16 = BeaconFormat.minimumVersion,
        maximumVersion: UInt16 = BeaconFormat.maximumVersion
    ) {
        self.minimumVersion = minimumVersion
        self.maximumVersion = maximumVersion
        self.cluster = cluster
        self.peer = peer
        self.incarnation = incarnation
        self.name = name
        self.advertised = advertised
        self.stateHash = stateHash
        self.counter = counter
    }
}
