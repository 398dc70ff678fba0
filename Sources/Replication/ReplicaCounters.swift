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

    package init() {}
}
