import Journal
package import Platform

extension Replica {
    /// An account of how things stand.
    package func status() -> ReplicaStatus {
        self.freeSpace.update(at: self.now) { self.journal.freeBytes }
        var counters = self.counters.adding(self.exchange.counters)
        counters.storageResumptions = self.journal.resumptions
        counters.compactions = self.journal.compactionStatus.finished
        counters.snapshots = self.journal.snapshotCount
        counters.upkeep = self.journal.upkeepCounters
        var peers = self.exchange.peerStatuses(now: self.now)
        for index in peers.indices { peers[index].holdsBack = peers[index].id.map { self.heldBack(by: $0) } ?? 0 }
        let hasTombstones = self.journal.index.tombstoneCount > 0
        return ReplicaStatus(
            name: self.configuration.name, id: self.journal.identity.peer, cluster: self.configuration.cluster,
            address: self.exchange.ownAddress, uptime: self.now.since(self.startedAt),
            peers: peers, keys: self.journal.index.keyCount,
            records: self.journal.index.recordCount, tombstones: self.journal.index.tombstoneCount,
            heldBack: self.heldBackCount,
            freeBytes: self.freeSpace.free, minimumFree: self.freeSpace.minimum,
            refusedBelowFloor: self.freeSpace.refusals,
            collectionObstacle: hasTombstones ? self.exchange.collectionObstacle(now: self.now) : nil,
            conflicts: self.journal.index.conflictCount, logBytes: self.journal.diskBytes,
            liveBytes: self.journal.liveBytes, segments: self.journal.segmentCount,
            compaction: self.journal.compactionStatus,
            unsyncedBytes: self.journal.appendedLSN - self.journal.syncedLSN, digest: self.digest(),
            durability: self.configuration.durability, failure: self.journal.writeObstacle?.description,
            healing: self.healingCause,
            damage: self.journal.damage?.description,
            snapshots: self.exchange.snapshotsUnderWay(now: self.now),
            resolverMismatches: self.exchange.resolverMismatches, counters: counters)
    }

    /// What was found damaged and is being made up for; nil while nothing is.
    package var healingCause: String? {
        self.journal.salvage.map { $0.firstDamage ?? "the log was damaged" }
    }

    /// Cuts the link to a peer's address, or heals it, for tests and demonstrations.
    ///
    /// A cut holds for both directions: the peer is neither called nor listened to.
    /// - Throws: `faultsNotAllowed` unless the configuration allows it.
    package func setCut(_ address: NetworkAddress, _ isCut: Bool) throws(ReplicaError) {
        guard self.configuration.allowsFaults else { throw .faultsNotAllowed }
        self.exchange.setCut(address, isCut, now: self.now)
    }
}
