import Causality
import DataModel
package import Journal
import Leadership
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
    // That accesses to these do not overlap is not checked, for every request makes several: they are plain numbers.
    @exclusivity(unchecked) private var uncheckedCounters = ReplicaCounters()
    @exclusivity(unchecked) private var uncheckedNow: Instant
    @exclusivity(unchecked) private var uncheckedWallNow: WallTime
    @exclusivity(unchecked) private var uncheckedIsLeaderless = true
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
    var scans: [OpenScan] = []
    /// The number of the newest scan.
    var lastScan: UInt64 = 0
    /// When the next piece of a damaged log is to be taken back, even if nothing happens.
    var nextRestore = Instant.distantFuture
    /// Whether the owner was told that this fails.
    var hasReportedRestoring = false
    /// Whether the owner was told of the journal's damage.
    var hasReportedDamage = false
    /// The writes of the transaction that is going on.
    var staged: StagedWrites?
    /// Leader mode, or that there is none.
    let leaderMode: LeaderMode
    /// What leader mode takes time from: a process may be stopped within a turn. Set by the owner.
    package var clock: () -> Instant
    /// Counts turns.
    package private(set) var turn: UInt64 = 0
    /// The turn in which the request that is being served was first asked.
    package var requestTurn: UInt64 = 0
    /// How often requests that wait should have been asked again.
    package internal(set) var stirs: UInt64 = 0
    /// Reused by reads that look at a value without handing it out.
    var scratch: [UInt8] = []

    package init(
        configuration: ReplicaConfiguration, journal: RecordJournal, random: @escaping () -> UInt64, now: Instant,
        wallNow: WallTime
    ) {
        self.configuration = configuration
        self.journal = journal
        unsafe self.uncheckedNow = now
        unsafe self.uncheckedWallNow = wallNow
        self.startedAt = now
        self.freeSpace = FreeSpaceFloor(minimum: configuration.minimumFree)
        self.collection = CollectionPass(pause: configuration.limits.collectionPause, at: now)
        self.exchange = PeerExchange(configuration: configuration, journal: journal, random: random, now: now)
        self.leaderMode = LeaderMode(
            journal: journal, limits: configuration.leadership, acknowledgement: configuration.acknowledgement,
            random: random, now: now)
        self.clock = { now }
        unsafe self.uncheckedIsLeaderless = self.leaderMode.isLeaderless
        self.exchange.isInLeaderMode = self.leaderMode.member != nil
    }

    /// What has been counted since the start.
    package internal(set) var counters: ReplicaCounters {
        _read { yield unsafe self.uncheckedCounters }
        _modify { yield unsafe &self.uncheckedCounters }
    }

    /// The time of this turn.
    package private(set) var now: Instant {
        _read { yield unsafe self.uncheckedNow }
        _modify { yield unsafe &self.uncheckedNow }
    }

    /// The wall clock of this turn.
    package private(set) var wallNow: WallTime {
        _read { yield unsafe self.uncheckedWallNow }
        _modify { yield unsafe &self.uncheckedWallNow }
    }

    /// Whether writes are this node's own affair: it is not in leader mode, nor about to be.
    package internal(set) var isLeaderless: Bool {
        get { unsafe self.uncheckedIsLeaderless }
        set { unsafe self.uncheckedIsLeaderless = newValue }
    }

    /// Begins a turn: everything until the next call happens at this time.
    package func beginTurn(now: Instant, wallNow: WallTime) {
        self.turn += 1
        self.requestTurn = self.turn
        if !self.isLeaderless { self.leaderMode.tickets.forgetFailed() }
        self.now = now
        self.wallNow = wallNow
    }

    /// What replies may leave.
    ///
    /// With a weaker durability than `always` no position of the log holds any.
    package var acknowledged: Acknowledged {
        let lsn = self.configuration.durability == .always ? self.journal.syncedLSN : .max
        // Out of leader mode its tickets are all settled.
        let isLed = !self.isLeaderless && self.leaderMode.member != nil
        return Acknowledged(lsn: lsn, ticket: isLed ? self.leaderMode.tickets.acknowledged : .max)
    }

    /// Whether what a receipt says is held until then may be told.
    package func isAcknowledged(_ heldUntil: UInt64) -> Bool { self.acknowledged.covers(heldUntil) }

    /// Whether replies are held that nobody will ever know the outcome of, since this node does not lead any more: they
    /// are to be failed in this turn.
    package var hasUnresolved: Bool { self.leaderMode.tickets.hasFailed }

    /// Asks for everything appended so far to be synced with the next turn, whatever the durability.
    package func requestSync() {
        self.requestedSync = self.journal.appendedLSN
    }

    /// Whether clients are answered: they are served, or told that this node heals, which may take long. What needs
    /// the store MUST be refused unless ``isServing``.
    package var isAnswering: Bool { self.isServing || self.isHealing }

    /// Whether the log was damaged, and what the peers hold and what is intact is being taken back.
    package var isHealing: Bool { self.exchange.healing.isGoingOn }

    /// Whether clients may be served: the first conversations after a start are over.
    package var isServing: Bool {
        !self.exchange.isGathering
    }
}
