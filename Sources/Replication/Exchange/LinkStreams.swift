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
        guard self.journal.syncedLSN >= position || self.journal.hasFailed else { return [] }
        self.links[index].digestAt = nil
        let context = self.journal.syncedContext.withinLimits
        self.links[index].claimed = context
        let digest = Digest(
            context: context, floor: self.journal.syncedFloor, lastOwn: self.lastOwn,
            liveHash: self.syncedLiveHash, timestamp: self.journal.latestTimestamp, resolvers: self.announcement,
            peers: self.announcedPeers(to: self.links[index]))
        self.links[index].hasAnnounced = true
        return self.links[index].conversation.digestReady(digest, wantsSnapshot: self.isRejoining, at: now)
    }

    /// What a closing claims: the whole context, or as much of it as fits. The other side refuses one
    /// that claims less than the digest of its round.
    private func claim(_ context: CausalContext, after digest: CausalContext) -> CausalContext {
        guard !context.isWithinLimits else { return context }
        // Prefixes add no ranges to those of the digest, which fitted.
        return CausalContext(context.vector).union(digest)
    }

    func beginStream(missingFrom context: CausalContext, _ isSnapshot: Bool, on index: Int) {
        if isSnapshot { self.counters.rejoin.snapshotsSent += 1 }
        self.links[index].cursor = self.journal.tailCursor(after: context, isSnapshot: isSnapshot)
    }

    /// Whether something was written that a closing made now does not claim, since it is not synced.
    private func hasUnsyncedNews(for link: PeerLink) -> Bool {
        guard let news = self.latestNews, news.lsn > self.journal.syncedLSN else { return false }
        return news.source == nil || news.source != link.member
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
                closing = Closing(
                    context: self.claim(context, after: self.links[index].claimed), floor: self.journal.syncedFloor,
                    lastOwn: self.lastOwn)
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
        if cursor.isSnapshot { self.noteSending(count, writer.count, isLast: closing != nil, index, now: now) }
        let records = EncodedRecords(writer.bytes, count: count, isSnapshot: cursor.isSnapshot)
        let actions = self.links[index].conversation.batchReady(records, closing: closing, at: now)
        guard closing != nil, self.hasUnsyncedNews(for: self.links[index]) else { return actions }
        return actions + self.links[index].conversation.news(at: now)
    }

    /// Tells of a snapshot that is being sent, now and then and at its end.
    private func noteSending(_ count: Int, _ byteCount: Int, isLast: Bool, _ index: Int, now: Instant) {
        var progress = self.links[index].sending ?? SnapshotProgress(at: now)
        let isDue = progress.add(records: count, bytes: byteCount, at: now)
        self.links[index].sending = isLast ? nil : progress
        guard isDue || isLast else { return }
        let words = isLast ? "a snapshot was sent" : "sending a snapshot"
        let fields = progress.fields(
            peer: self.peerName(on: index), of: self.journal.index.recordCount, now: now)
        self.trace(.info, isLast ? "snapshot.sent" : "snapshot.progress", words, fields)
    }

    /// The other side's name.
    func peerName(on index: Int) -> String {
        self.links[index].conversation.peer?.name ?? ""
    }
}
