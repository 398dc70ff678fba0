import AntiEntropy
package import Journal
import Platform
package import Replication

extension CoverageReport {
    /// Notes what a process has found when it opened its log.
    ///
    /// - Parameter hasLost: whether its predecessor had appended more than was found.
    package mutating func add(_ opening: OpeningReport, hasLost: Bool) {
        switch opening.ending {
        case .none: break
        case .clean: if hasLost { self.add(.nothingLeft) }
        case .torn: if opening.cutBytes > 0 { self.add(.tornFrame) }
        case .gap: self.add(.gap)
        case .brokenBatch: self.add(.brokenBatch)
        }
        switch opening.minted {
        case nil: if opening.cutBytes == 0, !hasLost { self.add(.openedWhole) }
        case .newDirectory: self.add(.mintedNew)
        case .unproven: self.add(.mintedUnproven)
        case .withheld: self.add(.mintedWithheld)
        case .copied: self.add(.mintedCopied)
        case .logCopied: self.add(.mintedLogCopied)
        case .logMissing: self.add(.mintedLogMissing)
        case .damaged: self.add(.mintedDamaged)
        case .torn: self.add(.mintedTorn)
        }
        if opening.rewrittenBytes > 0 { self.add(.rewritten) }
        if opening.hadNewIdentity { self.add(.identityReplacement) }
        self.add(.batchReplayed, opening.frames.batches)
        self.add(.joinReplayed, opening.frames.joins)
        self.add(.goneReplayed, opening.frames.gone)
        self.add(.floorReplayed, opening.frames.floors)
        self.add(.detached, UInt64(opening.detachedRanges))
        if opening.snapshotLSN != nil { self.add(.snapshotUsed) }
        self.add(opening.snapshots)
        self.add(.spareRemoved, UInt64(opening.spares.removed))
        self.add(.spareUnfinished, UInt64(opening.spares.unfinished))
        self.add(.spareUnnamed, UInt64(opening.spares.unnamed))
    }

    private mutating func add(_ findings: SnapshotFindings) {
        if findings.isMissing { self.add(.snapshotMissing) }
        self.add(.snapshotUnusable, UInt64(findings.unusable))
        self.add(.snapshotUntrusted, UInt64(findings.untrusted))
        self.add(.snapshotMoved, UInt64(findings.movedSegments))
        self.add(.snapshotDied, UInt64(findings.diedSince))
    }

    private mutating func add(_ counters: UpkeepCounters) {
        self.add(.packedSeveral, counters.joined)
        self.add(.packedUnread, counters.unread)
        self.add(.packedForNothing, counters.worthless)
        self.add(.packingFailed, counters.failed)
        self.add(.packedForReader, counters.heldForReaders)
        self.add(.packedGone, counters.keptGone)
        self.add(.readWhileMoving, counters.readsWhileMoving)
        self.add(.snapshotFailed, counters.snapshotsFailed)
        self.add(.snapshotDistrusted, counters.snapshotsDistrusted)
    }

    /// Notes why a log was not opened. What no fault of the simulation brings about has no mark: a test of
    /// the journal's own has it.
    package mutating func add(refusal: JournalError) {
        switch refusal {
        case .locked: self.add(.refusedLocked)
        case .unreadable: self.add(.refusedUnreadable)
        case .otherCluster: self.add(.refusedCluster)
        case .foreignSegment: self.add(.refusedForeign)
        case .missingSegment: self.add(.refusedMissing)
        case .damaged: self.add(.refusedDamaged)
        case .storageFull: self.add(.refusedFull)
        case .unfinished, .otherFormat, .invalidConfiguration, .storageUnavailable, .refused, .failed, .busy, .closed,
            .notAdmitted, .groupTooLarge, .keyTooLong, .valueTooLong, .deleteWithValue, .tooManySiblings,
            .contextTooLarge, .tooManyIdentities, .identityInUse, .malformed:
            break
        }
    }

    /// Notes why a running log takes no more writes.
    package mutating func add(failure: JournalError) {
        guard case .failed(let error) = failure else { return }
        self.add(error.call == "fdatasync" || error.call == "fsync" ? .readOnlyAfterSync : .readOnlyAfterWrite)
    }

    /// Notes what a node has counted since it was first started.
    package mutating func add(_ counters: ReplicaCounters) {
        let rejoin = counters.rejoin
        self.add(.storageResumed, counters.storageResumptions)
        self.add(.packed, counters.compactions)
        self.add(.snapshotWritten, counters.snapshots)
        self.add(counters.upkeep)
        self.add(.gatheringAnswered, rejoin.gatheringsAnswered)
        self.add(.gatheringTimedOut, rejoin.gatheringsTimedOut)
        self.add(.connectionLost, rejoin.connectionsLost)
        self.add(.frameCutShort, rejoin.framesCutShort)
        self.add(.handshakeTimeout, rejoin.handshakeTimeouts)
        self.add(.silence, rejoin.silences)
        self.add(.snapshotSent, rejoin.snapshotsSent)
        self.add(.snapshotReceived, rejoin.snapshotsReceived)
        self.add(.arrivalDelayed, rejoin.arrivalsDelayed)
        self.add(.peerReturned, rejoin.peersReturned)
        self.add(.predecessorRetired, rejoin.predecessorsRetired)
        self.add(.memberCollapsed, rejoin.membersCollapsed)
        self.add(.deadLinkEnded, rejoin.deadLinksEnded)
        self.add(.healed, rejoin.healingsEnded)
        self.add(.restored, rejoin.recordsRestored)
        self.add(.twinFound, rejoin.twinsFound)
        self.add(.mintedBehind, rejoin.mints(.peersKnowMore))
        self.add(.mintedTwin, rejoin.mints(.twin))
        self.add(.mintedForgotten, rejoin.mints(.forgotten))
        self.add(.refusedForgotten, rejoin.refusals(sent: .forgotten))
        self.add(.refusedBusy, rejoin.refusals(sent: .busy))
        self.add(.refusedVersion, rejoin.refusals(sent: .version))
        self.add(.refusedOwnAddress, rejoin.refusals(sent: .ownAddress))
    }
}
