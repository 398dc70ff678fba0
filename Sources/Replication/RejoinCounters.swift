package import AntiEntropy

/// How a node's way back into its cluster has gone, counted since it started: what an operator asks
/// after a bad night, and what a simulation must have seen happen.
package struct RejoinCounters: Hashable, Sendable {
    /// First conversations after a start that ended because everyone known had answered or failed.
    package var gatheringsAnswered: UInt64 = 0
    /// First conversations after a start that were given up at their deadline.
    package var gatheringsTimedOut: UInt64 = 0
    /// Conversations that ended with their connection.
    package var connectionsLost: UInt64 = 0
    /// Connections that ended in the middle of a frame.
    package var framesCutShort: UInt64 = 0
    /// Conversations whose greeting did not come in time.
    package var handshakeTimeouts: UInt64 = 0
    /// Conversations whose other side fell silent.
    package var silences: UInt64 = 0
    /// Conversations ended for a snapshot to follow, since a floor had moved.
    package var floorsMoved: UInt64 = 0
    /// Snapshots begun for a peer.
    package var snapshotsSent: UInt64 = 0
    /// Snapshots taken in whole.
    package var snapshotsReceived: UInt64 = 0
    /// Snapshots of which only a part came.
    package var snapshotsBroken: UInt64 = 0
    /// Records that had to wait until the log had room.
    package var arrivalsDelayed: UInt64 = 0
    /// Peers that could be reached again after they could not.
    package var peersReturned: UInt64 = 0
    /// Peer IDs that left since their holder has a new one.
    package var predecessorsRetired: UInt64 = 0
    /// Two entries of the roster that turned out to be one peer.
    package var membersCollapsed: UInt64 = 0
    /// Links that a peer's next call showed to be dead.
    package var deadLinksEnded: UInt64 = 0
    /// Peers forgotten at this node's instance.
    package var peersForgotten: UInt64 = 0
    /// Another running node was found to have this node's peer ID.
    package var twinsFound: UInt64 = 0
    /// Damaged logs that were put aside for peers to heal.
    package var healingsBegun: UInt64 = 0
    /// Such that were healed.
    package var healingsEnded: UInt64 = 0
    /// Records of damaged logs that no peer had.
    package var recordsRestored: UInt64 = 0
    /// New peer IDs taken while running, by ``MintCause``.
    package private(set) var mints = [UInt64](repeating: 0, count: MintCause.allCases.count)
    /// Peers refused, by the order of ``Refusal/Code``.
    package private(set) var refusalsSent = [UInt64](repeating: 0, count: Refusal.Code.allCases.count)
    /// Refusals by peers, by the order of ``Refusal/Code``.
    package private(set) var refusalsReceived = [UInt64](repeating: 0, count: Refusal.Code.allCases.count)

    /// Nothing counted yet.
    package init() {}

    /// New peer IDs taken for this cause.
    package func mints(_ cause: MintCause) -> UInt64 { self.mints[cause.rawValue] }

    /// Peers refused for this reason.
    package func refusals(sent code: Refusal.Code) -> UInt64 { self.refusalsSent[Self.index(code)] }

    /// Refusals by peers for this reason.
    package func refusals(received code: Refusal.Code) -> UInt64 { self.refusalsReceived[Self.index(code)] }

    mutating func note(_ cause: MintCause) { self.mints[cause.rawValue] += 1 }
    mutating func noteRefusal(sent code: Refusal.Code) { self.refusalsSent[Self.index(code)] += 1 }
    mutating func noteRefusal(received code: Refusal.Code) { self.refusalsReceived[Self.index(code)] += 1 }

    private static func index(_ code: Refusal.Code) -> Int { Refusal.Code.allCases.firstIndex(of: code) ?? 0 }

    /// The sums of both, field by field.
    package func adding(_ other: RejoinCounters) -> RejoinCounters {
        var sum = self
        sum.gatheringsAnswered += other.gatheringsAnswered
        sum.gatheringsTimedOut += other.gatheringsTimedOut
        sum.connectionsLost += other.connectionsLost
        sum.framesCutShort += other.framesCutShort
        sum.handshakeTimeouts += other.handshakeTimeouts
        sum.silences += other.silences
        sum.floorsMoved += other.floorsMoved
        sum.healingsBegun += other.healingsBegun
        sum.healingsEnded += other.healingsEnded
        sum.recordsRestored += other.recordsRestored
        sum.snapshotsSent += other.snapshotsSent
        sum.snapshotsReceived += other.snapshotsReceived
        sum.snapshotsBroken += other.snapshotsBroken
        sum.arrivalsDelayed += other.arrivalsDelayed
        sum.peersReturned += other.peersReturned
        sum.predecessorsRetired += other.predecessorsRetired
        sum.membersCollapsed += other.membersCollapsed
        sum.deadLinksEnded += other.deadLinksEnded
        sum.peersForgotten += other.peersForgotten
        sum.twinsFound += other.twinsFound
        for index in sum.mints.indices { sum.mints[index] += other.mints[index] }
        for index in sum.refusalsSent.indices {
            sum.refusalsSent[index] += other.refusalsSent[index]
            sum.refusalsReceived[index] += other.refusalsReceived[index]
        }
        return sum
    }
}
