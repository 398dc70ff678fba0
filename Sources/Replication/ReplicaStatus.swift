package import Causality
package import Journal
package import Platform

/// A node's account of itself at one moment.
package struct ReplicaStatus: Sendable {
    package struct Peer: Sendable {
        package var name: String
        /// nil until it has introduced itself.
        package var id: PeerID?
        package var address: NetworkAddress
        /// How it became known: `static`, `multicast`, `gossip`, `application`.
        package var source: String
        package var isReachable: Bool
        package var isCut: Bool
        /// Writes known here that it was not known to hold when it last reported.
        package var missing: UInt64
        /// How long ago it was last heard; nil for never.
        package var lastContact: Delay?
        /// Why the last attempt failed; empty if it did not.
        package var lastFailure: String
        /// Deletes that are kept for it: it is not known to hold them.
        package var holdsBack = 0
        /// Whether others have been asked to forget it, and it is not accepted until that is decided.
        package var isSuspended = false

        /// One word for how it stands.
        package var state: String {
            if self.isSuspended { return "being-forgotten" }
            return self.isCut ? "cut" : self.isReachable ? "up" : "down"
        }

        package init(
            name: String, id: PeerID?, address: NetworkAddress, source: String, isReachable: Bool, isCut: Bool,
            missing: UInt64, lastContact: Delay?, lastFailure: String
        ) {
            self.name = name
            self.id = id
            self.address = address
            self.source = source
            self.isReachable = isReachable
            self.isCut = isCut
            self.missing = missing
            self.lastContact = lastContact
            self.lastFailure = lastFailure
        }
    }

    package var name: String
    package var id: PeerID
    package var cluster: String
    package var address: NetworkAddress
    package var uptime: Delay
    package var peers: [Peer]
    package var keys: Int
    package var records: Int
    package var tombstones: Int
    /// Tombstones that the last walk over all of them had to keep.
    package var heldBack: Int
    /// Bytes free on the disk; nil if the system does not say.
    package var freeBytes: UInt64?
    /// Bytes of them that clients' writes must leave; 0 for none.
    package var minimumFree: UInt64
    /// Writes refused since the start for the sake of that.
    package var refusedBelowFloor: UInt64
    /// Why none may be collected at all now, in words; nil if some may, or if there are none.
    package var collectionObstacle: String?
    package var conflicts: Int
    /// Bytes of the log's files.
    package var logBytes: UInt64
    /// Bytes of the log that hold live records.
    package var liveBytes: UInt64
    /// Files of the log.
    package var segments: Int
    package var compaction: CompactionStatus
    package var unsyncedBytes: UInt64
    package var digest: String
    package var durability: Durability
    /// Why nothing is written, for good or for now; nil while all is well.
    package var failure: String?
    /// What was found damaged in the log, while it is being healed; nil while all is well.
    package var healing: String?
    /// The first record that could not be read since the start, and why; nil while all is well.
    package var damage: String?
    /// Snapshots on their way to or from peers, in words.
    package var snapshots: [String]
    /// Resolver rules that differ at a peer, in words.
    package var resolverMismatches: [String]
    package var counters: ReplicaCounters
}
