package import Causality
import DataModel
import Journal
package import Platform
package import Replication

/// One node of a simulated cluster: a machine, and on it the production driver while it runs.
///
/// What clients may be told, and what must be found after a restart, is kept here.
package final class SimulatedNode {
    /// From 0.
    package let number: Int
    /// The protocol versions that its program speaks, unless a fault puts another in its place.
    let versions: ClosedRange<UInt16>
    /// The disk is an image of another node's machine, taken while that one ran.
    var isTwin = false
    /// The disk went back to an earlier image of a machine, or to that of another's, and nothing in it tells.
    var behindSince: Instant?
    /// What the node and its machine are called.
    package let name: String
    /// What it runs on.
    package let machine: SimulatedMachine
    /// What the next start will be told; may be changed while the node is stopped.
    package var configuration: ReplicaConfiguration
    /// The running node; nil while it is stopped.
    package private(set) var driver: ReplicaDriver<SimulatedEnvironment>?
    /// Whether the process is stopped for a while.
    package private(set) var isPaused = false
    /// What the replica reported since it was first started, the latest last; at most a thousand.
    package private(set) var events: [ReplicaEvent] = []
    /// Bytes to peers, conversations and the like of all processes that have ended.
    package private(set) var pastCounters = ReplicaCounters()
    /// What the last process had when it ended.
    package internal(set) var lastStop: StopRecord?
    /// How often a process was started.
    package private(set) var starts = 0
    /// How often another disk, or an older copy, was put in, or the disk was damaged.
    package internal(set) var disk = 0

    /// Whether bytes that had been written well were harmed on its disk, and nobody has looked since.
    package internal(set) var isDamaged = false

    /// Whether the last process has opened beside a damaged log.
    var wasHealing = false

    /// Whether its disk is not the one it wrote last, but a copy, older, or without a file.
    var hasForeignDisk = false

    static let directory = "data"
    /// Queues are looked at after one turn in so many.
    private static let turnsPerLook = 8
    /// Bytes in the largest batch, record or reply that a workload brings about.
    private static let largest = 64 * 1024
    static let port: UInt16 = 9000

    unowned let cluster: SimulatedCluster
    /// What to do when an orderly stop is over; nil while none is under way.
    private var stopping: (() -> Void)?
    /// The log of the running process has failed.
    private var hasFailed = false
    private var growth = GrowthChecker()
    private var resurrection = ResurrectionChecker()
    private var claims = ClaimedWrites()
    private var accepted = AcceptedWrites()
    /// What the journal stood for between the last turns; see ``StopRecord/states``.
    private var states: [LogState] = []
    /// Change feeds that are open on this process.
    private var feeds: [ChangeFeed] = []
    private var turns = 0
    /// What waits for a position of the log to be acknowledged.
    private var waiting: [(heldUntil: UInt64, body: () -> Void)] = []

    init(number: Int, machine: SimulatedMachine, configuration: ReplicaConfiguration, cluster: SimulatedCluster) {
        self.number = number
        self.name = machine.name
        self.machine = machine
        self.configuration = configuration
        self.versions = configuration.versions
        self.cluster = cluster
    }

    /// The replica, while the node runs.
    package var replica: Replica? { self.driver?.replica }

    /// What its wall clock shows.
    package var wallNow: WallTime { self.machine.clock.reading(at: self.cluster.scheduler.now) }

    /// Whether a process runs, paused or not.
    package var isRunning: Bool { self.driver != nil }

    /// Whether an orderly stop is under way.
    package var isStopping: Bool { self.stopping != nil }

    /// Whether the node would serve clients now.
    package var isSettled: Bool {
        guard let replica = self.replica, !self.isPaused, self.stopping == nil else { return false }
        return replica.isServing && !replica.journal.hasFailed
    }

    /// Whether clients are served now.
    ///
    /// Clients stay away from a node whose machine went back in time as long as nobody who knows of it has
    /// answered it: the image bears every proof that the directory had, so that the node would use dots
    /// again, and no rule can keep it from that (DESIGN section 3, "Identity": every member *that answers*).
    package var isServing: Bool { self.isSettled && !self.isDoubtful }

    /// Whether its machine went back in time, and nobody who knows of it has answered yet.
    var isBehind: Bool { self.behindSince != nil }

    private var isDoubtful: Bool {
        guard let since = self.behindSince, let journal = self.replica?.journal else { return false }
        if self.cluster.mayReuseDots(self, journal, since: since) { return true }
        self.behindSince = nil
        return false
    }

    /// The identity that the running process has, or the last one had; nil if its directory was replaced.
    package var lastPeer: PeerID? {
        if let replica = self.replica { return replica.journal.identity.peer }
        return self.lastStop.flatMap { $0.isVoid ? nil : $0.peer }
    }

    /// Clients that are connected to it.
    var clientCount: Int { self.driver?.clientCount ?? 0 }

    /// Whether somebody waits for a reply.
    var hasWaiters: Bool { !self.waiting.isEmpty }

    /// All counters since the first start.
    package var counters: ReplicaCounters {
        guard let replica = self.replica else { return self.pastCounters }
        return self.pastCounters.adding(replica.status().counters)
    }

    /// Starts the node on what its disk holds.
    package func start() throws(NodeStartFailure) {
        try self.machine.start {
            (environment: SimulatedEnvironment) throws(NodeStartFailure) -> SimulatedMachine.Turn in
            environment.sink = self.cluster.sink
            let driver = try self.open(environment)
            self.driver = driver
            return { [unowned self] in self.takeTurn() }
        }
        self.starts += 1
        self.hasFailed = false
        self.growth.restart()
        self.resurrection.restart()
        guard let replica = self.replica else { return }
        if replica.journal.opening.minted != nil { self.behindSince = nil }
        self.cluster.started(self, replica)
        self.wasHealing = replica.journal.isHealing
        self.states = [LogState(of: replica.journal)]
    }

    private func open(
        _ environment: SimulatedEnvironment
    ) throws(NodeStartFailure) -> ReplicaDriver<SimulatedEnvironment> {
        let journal: RecordJournal
        do throws(JournalError) {
            journal = try RecordJournal.open(
                at: SimulatedNode.directory, files: environment.files, configuration: self.configuration.journalOpening,
                random: { environment.random() })
        } catch {
            self.cluster.coverage.add(refusal: error)
            throw .journal(error)
        }
        let replica = Replica(
            configuration: self.configuration, journal: journal,
            random: { [unowned environment] in environment.random() },
            now: environment.now, wallNow: environment.wallNow)
        replica.onEvent = { [unowned self] event in
            if self.events.count >= 1000 { self.events.removeFirst(500) }
            self.events.append(event)
        }
        let driver = ReplicaDriver(environment: environment, replica: replica)
        driver.makeSession = { [unowned self] _, connection in self.cluster.makeSession?(self, connection) }
        do throws(SystemCallError) {
            try driver.listen()
        } catch {
            throw .listening(error)
        }
        driver.begin()
        return driver
    }

    private func takeTurn() -> Instant? {
        guard let driver = self.driver else { return nil }
        driver.turn()
        self.turns += 1
        self.noteFailure(of: driver.replica.journal)
        self.settle()
        self.noteState()
        self.cluster.check { () throws(Finding) in
            try HealingChecker().check(self, driver.replica)
        }
        self.cluster.afterTurn(of: self)
        for feed in self.feeds { feed.serve(driver.replica) }
        self.finishStopping()
        if self.feeds.contains(where: \.wantsTurn) { return driver.environment.now }
        return self.driver?.deadline
    }

    /// Has a change feed served after every turn, until it is closed or the process ends.
    package func open(_ feed: ChangeFeed) { self.feeds.append(feed) }

    /// Closes a change feed.
    package func close(_ feed: ChangeFeed) { self.feeds.removeAll { $0 === feed } }

    /// Notes what the journal stands for now, to be compared with what the next process finds.
    private func noteState() {
        guard let journal = self.replica?.journal, self.states.last?.lsn != journal.appendedLSN else { return }
        let synced = self.states.lastIndex { $0.lsn <= journal.syncedLSN } ?? 0
        self.states.removeFirst(synced)
        self.states.append(LogState(of: journal))
    }

    private func noteFailure(of journal: RecordJournal) {
        guard journal.hasFailed, !self.hasFailed, let failure = journal.failure else { return }
        self.hasFailed = true
        self.cluster.coverage.add(failure: failure)
    }

    /// Does something on the node's thread, as a request from a mailbox would, and has a turn follow.
    /// Returns nil if the node is not running.
    package func perform<Value>(_ body: (Replica) -> Value) -> Value? {
        guard let driver = self.driver, !self.isPaused else { return nil }
        driver.replica.beginTurn(now: driver.environment.now, wallNow: driver.environment.wallNow)
        let value = body(driver.replica)
        self.machine.wake()
        return value
    }

    /// Notes that a write was accepted; it is acknowledged when its position is.
    func awaitAcknowledgement(of index: Int, heldUntil: UInt64) {
        self.accepted.add(index, heldUntil: heldUntil)
        self.noteState()
    }

    /// Calls `body` when a reply held until then may leave, unless the process ends before.
    package func whenAcknowledged(_ heldUntil: UInt64, _ body: @escaping () -> Void) {
        guard let replica = self.replica, !replica.isAcknowledged(heldUntil) else { return body() }
        self.waiting.append((heldUntil, body))
    }

    private func settle() {
        guard let replica = self.replica else { return }
        for index in self.accepted.takeAcknowledged(through: replica.acknowledged.lsn) {
            self.cluster.history.acknowledge(index)
        }
        for index in self.accepted.takeDurable(through: replica.journal.syncedLSN) {
            self.cluster.history.noteSynced(index)
        }
        guard !self.waiting.isEmpty else { return }
        let ready = self.waiting.filter { replica.isAcknowledged($0.heldUntil) }
        // Who waits for what nobody will ever know is not told.
        self.waiting.removeAll { replica.hasUnresolved || replica.isAcknowledged($0.heldUntil) }
        for waiter in ready { waiter.body() }
    }

    /// Checks what costs little, after every turn.
    func checkGrowth() throws(Finding) {
        guard let driver = self.driver else { return }
        try self.growth.check(driver.replica, node: self.name)
        guard self.turns % SimulatedNode.turnsPerLook == 0 else { return }
        try QueueChecker().check(driver.queueLengths(largest: SimulatedNode.largest), node: self.name)
    }

    /// What the node holds and claims now; nil while it is stopped.
    func survey(_ history: WriteHistory) -> ReplicaSurvey? {
        self.replica.map { ReplicaSurvey(of: $0, node: self.name, history: history, &self.claims) }
    }

    /// Checks that nothing has come back.
    func checkResurrection(_ survey: ReplicaSurvey, _ history: WriteHistory) throws(Finding) {
        try self.resurrection.check(survey, history)
    }

    /// The process is killed; the system keeps what was written.
    package func kill() {
        self.noteStop { $0.failure == nil ? $0.writtenLSN : $0.syncedLSN }
        self.machine.kill()
    }

    /// The power fails: what was not synced is at risk.
    package func crash(isSilent: Bool = true) {
        self.noteStop { $0.syncedLSN }
        self.machine.crash(isSilent: isSilent)
    }

    /// Ends the process in good order: nothing more is taken in, everything is synced and answered, the
    /// log is closed. That takes time; `done` is called at its end, unless the process is killed before.
    package func stop(_ done: @escaping () -> Void = {}) {
        guard let driver = self.driver, self.stopping == nil else { return }
        self.stopping = done
        driver.drain()
        self.machine.wake()
    }

    private func finishStopping() {
        guard let driver = self.driver, let done = self.stopping, driver.isDrained else { return }
        do throws(JournalError) {
            try driver.close()
        } catch {
            // The log failed: what it says is no news, and the process ends anyway.
            self.cluster.scheduler.feed(error.description)
        }
        self.settle()
        self.noteStop { $0.failure == nil ? $0.appendedLSN : $0.syncedLSN }
        self.machine.stop()
        done()
    }

    private func noteStop(_ kept: (RecordJournal) -> UInt64) {
        self.noteState()
        if let replica = self.replica {
            let journal = replica.journal
            self.pastCounters = self.counters
            self.lastStop = StopRecord(
                peer: journal.identity.peer, sequence: journal.ownSequence, context: journal.context,
                syncedContext: journal.syncedContext, syncedFloor: journal.syncedFloor, keptLSN: kept(journal),
                states: self.states)
            if journal.isHealing { self.lastStop?.isVoid = true }
        }
        self.driver = nil
        self.isPaused = false
        self.stopping = nil
        self.accepted = AcceptedWrites()
        self.waiting.removeAll()
        let feeds = self.feeds
        self.feeds.removeAll()
        for feed in feeds { feed.end(.closed) }
    }

    /// Stops the process where it is, for a while.
    package func pause() {
        guard self.isRunning else { return }
        self.isPaused = true
        self.machine.pause()
    }

    /// Lets a paused process go on.
    package func resume() {
        guard self.isPaused else { return }
        self.isPaused = false
        self.machine.resume()
    }

    /// Everything that the node has seen, durable or not, or had when it stopped; nil if its disk was replaced.
    var knownContext: CausalContext? {
        if let replica = self.replica { return replica.journal.context }
        guard let stop = self.lastStop, !stop.isVoid else { return nil }
        return stop.context
    }

    /// What the node claims to have durably, or claimed when it stopped; nil if its disk was replaced. A node that
    /// heals claims nothing: if it is ended before, its next start begins anew.
    package var durableContext: CausalContext? {
        if let replica = self.replica { return replica.journal.isHealing ? nil : replica.journal.syncedContext }
        guard let stop = self.lastStop, !stop.isVoid else { return nil }
        return stop.syncedContext
    }
}
