import Causality
import DataModel
package import Journal
package import Platform

/// One partition's copy on this node: the log, what it knows of its peers, and the rules between.
///
/// It routes: the journal keeps records, the peer exchange converses, the resolvers view. Like all
/// below the driver it is called on one thread and does nothing but what it is told.
package final class Replica {
    package let configuration: ReplicaConfiguration
    package let journal: RecordJournal
    /// Conversations, roster and beacons.
    package let exchange: PeerExchange
    package internal(set) var counters = ReplicaCounters()
    /// The time of this turn.
    package private(set) var now: Instant
    /// The wall clock of this turn.
    package private(set) var wallNow: WallTime
    package let startedAt: Instant
    /// Called for each event; set by the owner before the first turn.
    package var onEvent: (ReplicaEvent) -> Void = { _ in }
    /// The position that someone wants synced whatever the durability; see ``requestSync()``.
    var requestedSync: UInt64 = 0
    var waiters: [AcknowledgementWaiter] = []
    var nextWaiter: UInt64 = 1
    /// What writes must leave of the disk.
    var freeSpace: FreeSpaceFloor
    var collection: CollectionPass
    /// Peers that the walk under way does not wait for: they are away, and too much was kept for them.
    var ignored: [PeerID] = []
    /// What was known when a walk over the tombstones was wanted last.
    var collectionSeen: (held: UInt64, lsn: UInt64) = (0, 0)
    var backups: [OpenBackup] = []
    /// The number of the newest backup.
    var lastBackup: UInt64 = 0
    /// When the next piece of a damaged log is to be taken back, even if nothing happens.
    var nextRestore = Instant.distantFuture
    /// Whether the owner was told that this fails.
    var hasReportedRestoring = false
    /// Whether the owner was told of the journal's damage.
    var hasReportedDamage = false
    /// The writes of the transaction that is going on.
    var staged: StagedWrites?
    /// Reused by reads that look at a value without handing it out.
    var scratch: [UInt8] = []

    package init(
        configuration: ReplicaConfiguration, journal: RecordJournal, random: @escaping () -> UInt64, now: Instant,
        wallNow: WallTime
    ) {
        self.configuration = configuration
        self.journal = journal
        self.now = now
        self.wallNow = wallNow
        self.startedAt = now
        self.freeSpace = FreeSpaceFloor(minimum: configuration.minimumFree)
        self.collection = CollectionPass(pause: configuration.limits.collectionPause, at: now)
        self.exchange = PeerExchange(configuration: configuration, journal: journal, random: random, now: now)
    }

    /// Begins a turn: everything until the next call happens at this time.
    package func beginTurn(now: Instant, wallNow: WallTime) {
        self.now = now
        self.wallNow = wallNow
    }

    /// The position of the log up to which replies may leave.
    ///
    /// With a weaker durability than `always` nothing is held.
    package var acknowledgedLSN: UInt64 {
        self.configuration.durability == .always ? self.journal.syncedLSN : .max
    }

    /// Asks for everything appended so far to be synced with the next turn, whatever the durability.
    package func requestSync() {
        self.requestedSync = self.journal.appendedLSN
    }

    /// Whether clients may be served: the first conversations after a start are over.
    package var isServing: Bool {
        !self.exchange.isGathering
    }
}
