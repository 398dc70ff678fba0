import AntiEntropy
package import Causality
import Journal
import Platform

/// The collection of tombstones: by what every member is known to hold, never by a clock.
extension Replica {
    /// Does one step of a walk, if one is due.
    func collectTombstones() {
        guard self.journal.index.tombstoneCount > 0, !self.journal.hasFailed else { return }
        if self.collectionSeen.held != self.exchange.heldChanges || self.collectionSeen.lsn != self.journal.syncedLSN {
            self.collectionSeen = (self.exchange.heldChanges, self.journal.syncedLSN)
            self.collection.want()
        }
        // Obstacles are looked for only when it is time, for this is asked in every turn.
        guard self.collection.deadline(at: self.now) <= self.now,
            self.exchange.collectionObstacle(now: self.now) == nil, let start = self.collection.begin(at: self.now)
        else { return }
        if start == 0 { self.noteBudget() }
        let step = self.journal.collectTombstones(
            from: start, maximum: CollectionPass.slotsPerTurn,
            isHeldByAll: { dot in
                guard let peer = self.exchange.watermark.firstLacking(dot, ignoring: self.ignored) else { return true }
                self.collection.noteWaiting(for: peer)
                return false
            })
        self.counters.tombstonesCollected += UInt64(step.collected)
        // Under a weak durability nothing else might make it durable for a long time.
        if step.collected > 0 { self.requestSync() }
        if step.next == start {
            self.collection.putOff(at: self.now)
        } else {
            self.collection.stepped(kept: step.kept, bytes: step.keptBytes, next: step.next, at: self.now)
            // With those ignored who are away, another walk finds more.
            if step.next == nil, self.ignored.isEmpty, self.isOverBudget, !self.exchange.awayPeers.isEmpty {
                self.collection.want()
            }
        }
    }

    /// Whether what the last walk kept takes more of the disk than may be kept for peers that are away.
    private var isOverBudget: Bool {
        let budget = self.configuration.lagBudget
        return budget > 0 && self.collection.keptBytesLast > budget
    }

    /// Decides for the walk that begins whether peers that are away are waited for. One that is not takes a
    /// snapshot when it returns, for its context will not cover the floor: nothing deleted comes back by it.
    private func noteBudget() {
        let before = self.ignored
        let away = self.exchange.awayPeers
        // Once it has been given up on, a peer is until it is back.
        self.ignored = self.isOverBudget ? away : before.filter { away.contains($0) }
        for peer in self.ignored where !before.contains(peer) {
            let name = self.exchange.nodeName(of: peer)
            self.exchange.trace(
                .warning, "peer.behind",
                "deletes take more than the budget for peers that are away; they go, and it will need a snapshot",
                [.init("peer", name), .init("budget", String(self.configuration.lagBudget))])
        }
    }

    /// Tombstones that the last whole walk kept; 0 when there are none any more.
    ///
    /// - Complexity: O(1).
    package var heldBackCount: Int {
        min(self.collection.keptLast, self.journal.index.tombstoneCount)
    }

    /// How many of them wait for this peer first of all.
    func heldBack(by peer: PeerID) -> Int {
        guard self.journal.index.tombstoneCount > 0 else { return 0 }
        return self.collection.waitingLast.first { $0.peer == peer }?.count ?? 0
    }

    /// When the next step is due.
    var nextCollectionDeadline: Instant {
        guard self.journal.index.tombstoneCount > 0, !self.journal.hasFailed else { return .distantFuture }
        let deadline = self.collection.deadline(at: self.now)
        guard deadline <= self.now, self.exchange.collectionObstacle(now: self.now) != nil else { return deadline }
        return self.now + self.configuration.limits.collectionPause
    }

    /// Why tombstones are kept, for people: per reason how many of the last walk's, most first.
    ///
    /// - Complexity: O(n) in all keys if there are tombstones.
    package func tombstonesHeldBack() -> [(reason: String, count: Int)] {
        guard self.journal.index.tombstoneCount > 0 else { return [] }
        if let obstacle = self.exchange.collectionObstacle(now: self.now) {
            return [(obstacle, self.journal.index.tombstoneCount)]
        }
        var counts: [(reason: String, count: Int)] = []
        self.journal.index.forEachSlot { slot in
            self.journal.index.forEachRecord(of: slot) { record in
                guard record.isTombstone else { return }
                let reason = self.reasonKept(record)
                if let index = counts.firstIndex(where: { $0.reason == reason }) {
                    counts[index].count += 1
                } else {
                    counts.append((reason, 1))
                }
            }
            return true
        }
        return counts.sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }
    }

    /// A member that is not known to hold the write and all earlier ones of its writer; nil if none is.
    package func holdingBack(_ dot: Dot) -> PeerID? {
        self.exchange.watermark.firstLacking(dot)
    }

    private func reasonKept(_ record: LiveRecord) -> String {
        if let peer = self.holdingBack(record.dot) {
            return "\(self.exchange.nodeName(of: peer)) is not known to hold them"
        }
        if !self.journal.isCollectable(record) { return "writes that they follow have not been seen here" }
        return "the next walk will collect them"
    }
}
