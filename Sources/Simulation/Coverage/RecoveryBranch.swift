import AntiEntropy
import Journal
import Replication

/// A way in which opening a log, returning into the cluster, or going on after a failure can go. Each must
/// be gone again and again, or nobody knows whether it leads anywhere.
package enum RecoveryBranch: String, Sendable, CaseIterable {
    // What a log was found to be.
    case openedWhole = "opened: nothing to cut, identity kept"
    case nothingLeft = "opened: what was being written left no trace"
    case tornFrame = "opened: a torn frame cut off"
    case gap = "opened: remnants behind zeros cut off"
    case brokenBatch = "opened: a batch cut off that was not all there"
    case rewritten = "opened: frames that no mark proves synced written again"
    case batchReplayed = "opened: a batch replayed"
    case joinReplayed = "opened: a join replayed"
    case goneReplayed = "opened: dots gone without a successor replayed"
    case floorReplayed = "opened: a floor replayed"
    case detached = "opened: dots above a gap, left by a broken conversation"
    case spareRemoved = "opened: a prepared segment removed"
    case spareUnfinished = "opened: a half prepared segment removed"
    case spareUnnamed = "opened: a begun segment removed whose name was not durable"
    case identityReplacement = "opened: an interrupted replacement of the identity"

    // What became of index snapshots when it opened.
    case snapshotUsed = "index snapshot: opened from it"
    case snapshotMissing = "index snapshot: none was there, the whole log read"
    case snapshotUnusable = "index snapshot: left aside, damaged or of another log"
    case snapshotUntrusted = "index snapshot: left aside under a new identity"
    case snapshotMoved = "index snapshot: records looked up in segments packed since"
    case snapshotDied = "index snapshot: records left out that had died since"

    // What running nodes did with segments and snapshots.
    case snapshotWritten = "index snapshot: written"
    case snapshotFailed = "index snapshot: could not be written"
    case snapshotDistrusted = "index snapshot: all removed, for a record was damaged"
    case packed = "compaction: packed segments put in place"
    case packedSeveral = "compaction: one segment in place of several"
    case packedUnread = "compaction: nothing needed, so nothing read"
    case packedForNothing = "compaction: given up, it would have freed nothing"
    case packingFailed = "compaction: failed"
    case packedForReader = "compaction: the dead kept for a reader"
    case packedGone = "compaction: kept what says that a record is gone"
    case readWhileMoving = "compaction: a record read while records were being moved"

    // Which identity it went on under.
    case mintedNew = "new identity: new directory"
    case mintedUnproven = "new identity: no lock file to prove the old"
    case mintedWithheld = "new identity: proof withheld by the durability chosen"
    case mintedCopied = "new identity: directory copied or restored"
    case mintedLogCopied = "new identity: log alone copied or restored"
    case mintedLogMissing = "new identity: no log under the old"
    case mintedDamaged = "new identity: damaged log put aside"
    case mintedTorn = "new identity: what was cut off may have been told of"
    case mintedBehind = "new identity: peers knew more of its own writes"
    case mintedTwin = "new identity: another running node had the old"
    case predecessorRetired = "a peer's earlier identity retired"
    case twinFound = "two running nodes with one identity: refused and said"

    // What opening refused.
    case refusedUnreadable = "refused to open: the system refused a call"
    case refusedDamaged = "refused to open: damage below what was synced"
    case refusedMissing = "refused to open: a segment is missing"
    case refusedForeign = "refused to open: a segment of somebody else"
    case refusedCluster = "refused to open: another cluster's directory"
    case refusedFull = "refused to open: no room"
    case refusedLocked = "refused to open: another process has it open"

    // What running nodes met.
    case readOnlyAfterSync = "read-only after a failed sync"
    case readOnlyAfterWrite = "read-only after a failed write"
    case storageResumed = "writing resumed when there was room again"
    case gatheringAnswered = "first conversations: everyone known was heard"
    case gatheringTimedOut = "first conversations: given up at the deadline"
    case connectionLost = "conversation: connection lost"
    case frameCutShort = "conversation: connection lost in the middle of a frame"
    case handshakeTimeout = "conversation: no greeting in time"
    case silence = "conversation: the peer fell silent"
    case healed = "a node with a damaged log healed by its peers"
    case restored = "records of a damaged log taken back that no peer had"
    case snapshotSent = "snapshot begun"
    case snapshotReceived = "snapshot taken in"
    case arrivalDelayed = "records waited for room in the log"
    case peerReturned = "a peer could be reached again"
    case memberCollapsed = "two members turned out to be one"
    case deadLinkEnded = "a link ended that its peer knew to be dead"
    case mintedForgotten = "new peer ID: the others had forgotten this node"
    case refusedForgotten = "peer refused: it was forgotten"
    case refusedBusy = "peer refused: a better link was there"
    case refusedVersion = "peer refused: no common protocol version"
    case refusedOwnAddress = "peer refused: it was this node itself"
}
