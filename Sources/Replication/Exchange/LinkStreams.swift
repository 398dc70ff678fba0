import AntiEntropy
import ByteCoding
import Causality
import Journal
import Membership
import Platform

// This side's digests and streams.

extension PeerExchange {
    /// Answers the request for a digest once everything it was asked at is synced.
    func makeDigestIfSynced(_ index: Int, now: Instant) -> [Conversation.Action] {
        guard let position = self.links[index].digestAt else { return [] }
        // A log that will never be synced any further still has a synced state to tell of.
        guard self.journal.syncedLSN >= position || self.journal.failure != nil else { return [] }
        self.links[index].digestAt = nil
        let digest = Digest(
            context: self.journal.syncedContext, floor: self.journal.syncedFloor, lastOwn: self.lastOwn,
            liveHash: self.syncedLiveHash, timestamp: self.journal.latestTimestamp, resolvers: self.announcement,
            peers: self.announcedPeers(to: self.links[index]))
        self.links[index].hasAnnounced = true
        return self.links[index].conversation.digestReady(digest, at: now)
    }

    func beginStream(missingFrom context: CausalContext, _ isSnapshot: Bool, on index: Int) {
        self.links[index].cursor = self.journal.tailCursor(after: context, isSnapshot: isSnapshot)
    }

    /// Reads the next records for the conversation unless too much waits to leave already.
    func fetchIfPossible(_ index: Int, now: Instant) -> [Conversation.Action] {
        guard let wanted = self.links[index].wantedBytes, var cursor = self.links[index].cursor,
            self.links[index].unsentLength <= self.configuration.limits.linkOutputLength
        else { return [] }
        self.links[index].cursor = nil
        self.links[index].wantedBytes = nil
        var writer = ByteWriter()
        var closing: Closing?
        let before = cursor.visited
        do throws(JournalError) {
            let length = min(wanted, self.configuration.limits.recordsLength)
            switch try self.journal.readTail(&cursor, maximumBytes: length, into: &writer) {
            case .more: break
            case .finished(let context):
                closing = Closing(context: context, floor: self.journal.syncedFloor, lastOwn: self.lastOwn)
            case .floorMoved:
                return self.links[index].conversation.refuse(
                    Refusal(.busy, "tombstones were collected meanwhile; a new snapshot is needed"), at: now)
            }
        } catch {
            self.report(.failed("records for a peer could not be read: \(error)"))
            return self.links[index].conversation.refuse(
                Refusal(.closing, "the log cannot be read here"), at: now)
        }
        let count = cursor.visited - before
        self.links[index].cursor = cursor
        guard count > 0 || closing != nil else {
            self.links[index].wantedBytes = wanted
            return []
        }
        self.counters.recordsSent += UInt64(count)
        let records = EncodedRecords(writer.bytes, count: count, isSnapshot: cursor.isSnapshot)
        return self.links[index].conversation.batchReady(records, closing: closing, at: now)
    }
}
