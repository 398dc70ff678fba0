/// What a datagram turned out to be. Everything but `accepted` is counted and otherwise ignored.
package enum BeaconVerdict: Hashable, Sendable {
    /// A member of this cluster.
    case accepted(Beacon)
    /// This node's own, come back to it.
    case ownBeacon
    /// Another process has this node's peer ID.
    case duplicateIdentity(Beacon)
    case wrongCluster
    /// The authentication code is missing, wrong, or there although no secret is set here.
    case wrongSecret
    /// No protocol version is common to both.
    case version
    /// No beacon at all.
    case malformed
}
