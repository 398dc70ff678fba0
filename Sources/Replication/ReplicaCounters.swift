package import Journal

/// What a replica has counted since it started.
package struct ReplicaCounters: Hashable, Sendable {
    package var localWrites: UInt64 = 0
    package var readHits: UInt64 = 0
    package var readMisses: UInt64 = 0
    package var connectionsAccepted: UInt64 = 0
    package var connectionsRefused: UInt64 = 0
    package var bytesReceived: UInt64 = 0
    package var bytesSent: UInt64 = 0
    package var syncs: UInt64 = 0
    package var conversationsFinished: UInt64 = 0
    package var conversationsFailed: UInt64 = 0
    package var conversationsRefused: UInt64 = 0
    package var recordsSent: UInt64 = 0
    package var recordsReceived: UInt64 = 0
    package var peerBytesReceived: UInt64 = 0
    package var peerBytesSent: UInt64 = 0
    package var malformedFrames: UInt64 = 0
    package var beaconsSent: UInt64 = 0
    package var beaconsAccepted: UInt64 = 0
    package var beaconsOwn: UInt64 = 0
    package var beaconsWrongCluster: UInt64 = 0
    package var beaconsWrongSecret: UInt64 = 0
    package var beaconsMalformed: UInt64 = 0
    package var conflictsSeen: UInt64 = 0
    package var expiredRecords: UInt64 = 0
    package var tombstonesCollected: UInt64 = 0
    /// Times that preparing space for the log succeeded again after it had failed, as on a full disk.
    package var storageResumptions: UInt64 = 0
    /// How returning into the cluster has gone.
    package var rejoin = RejoinCounters()
    /// Times that segments were packed together.
    package var compactions: UInt64 = 0
    /// Index snapshots written.
    package var snapshots: UInt64 = 0
    /// What both have met.
    package var upkeep = UpkeepCounters()

    /// Elections that this node stood in, or asked for.
    package var elections: UInt64 = 0
    /// Times that it became the leader.
    package var electionsWon: UInt64 = 0
    /// Times that two nodes were found to lead at once.
    package var splitBrains: UInt64 = 0

    package init() {}

    /// The sums of both, field by field.
    package func adding(_ other: ReplicaCounters) -> ReplicaCounters {
        var sum = self
        sum.localWrites += other.localWrites
        sum.readHits += other.readHits
        sum.readMisses += other.readMisses
        sum.connectionsAccepted += other.connectionsAccepted
        sum.connectionsRefused += other.connectionsRefused
        sum.bytesReceived += other.bytesReceived
        sum.bytesSent += other.bytesSent
        sum.syncs += other.syncs
        sum.conversationsFinished += other.conversationsFinished
        sum.conversationsFailed += other.conversationsFailed
        sum.conversationsRefused += other.conversationsRefused
        sum.recordsSent += other.recordsSent
        sum.recordsReceived += other.recordsReceived
        sum.peerBytesReceived += other.peerBytesReceived
        sum.peerBytesSent += other.peerBytesSent
        sum.malformedFrames += other.malformedFrames
        sum.beaconsSent += other.beaconsSent
        sum.beaconsAccepted += other.beaconsAccepted
        sum.beaconsOwn += other.beaconsOwn
        sum.beaconsWrongCluster += other.beaconsWrongCluster
        sum.beaconsWrongSecret += other.beaconsWrongSecret
        sum.beaconsMalformed += other.beaconsMalformed
        sum.conflictsSeen += other.conflictsSeen
        sum.expiredRecords += other.expiredRecords
        sum.tombstonesCollected += other.tombstonesCollected
        sum.storageResumptions += other.storageResumptions
        sum.rejoin = sum.rejoin.adding(other.rejoin)
        sum.compactions += other.compactions
        sum.snapshots += other.snapshots
        sum.elections += other.elections
        sum.electionsWon += other.electionsWon
        sum.splitBrains += other.splitBrains
        sum.upkeep = sum.upkeep.adding(other.upkeep)
        return sum
    }
}
