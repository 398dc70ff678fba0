import Journal
import Platform
import Replication

/// Carries a fault plan out on a cluster, one fault after another, and mends everything at the end.
///
/// Faults that concern processes and their directories, links, disks and clocks are in files of their own.
package final class FaultInjector {
    let cluster: SimulatedCluster
    let plan: FaultPlan
    private var draws: OrdinalDraws
    /// The generator of the fault that is being done or undone; see ``OrdinalDraws``.
    var random: SimulationRandom
    /// Per node the latest copy of its directory.
    var images: [DirectoryImage?]
    let atlas: FaultAtlas
    let diskOperator: DiskOperator
    let backups: BackupOperator
    private var isStopped = false
    /// What was really done: a fault that found nothing to harm is not counted.
    package private(set) var coverage = CoverageReport()

    /// Every fault that was done, in order.
    package private(set) var records: [FaultRecord] = []

    /// An injector that has done nothing yet; keep it for as long as the cluster runs.
    package init(_ plan: FaultPlan, on cluster: SimulatedCluster) {
        self.plan = plan
        self.cluster = cluster
        self.random = cluster.scheduler.random.child("faults")
        self.draws = OrdinalDraws(self.random, only: plan.only)
        var drawn = cluster.scheduler.random.child("atlas")
        self.atlas = FaultAtlas(plan, nodeCount: cluster.nodes.count, &drawn)
        self.diskOperator = DiskOperator(of: cluster, excusesLosses: plan.isBeyondRepair)
        self.images = cluster.nodes.map { _ in nil }
        self.backups = BackupOperator(nodes: cluster.nodes.count)
    }

    /// Begins with faults.
    package func start() {
        guard !self.plan.kinds.isEmpty else { return }
        self.scheduleNext()
    }

    private func scheduleNext() {
        self.random = self.draws.next()
        self.schedule(after: self.plan.pause.draw(&self.random)) { injector in
            if injector.draws.isOn { injector.injectOne() }
            injector.scheduleNext()
        }
    }

    private func injectOne() {
        let kind = self.plan.kinds[self.random.below(self.plan.kinds.count)]
        let node = self.cluster.nodes[self.random.below(self.cluster.nodes.count)]
        self.cluster.scheduler.feed(kind.rawValue)
        self.records.append(
            FaultRecord(ordinal: self.draws.ordinal, kind: kind, node: node.number, time: self.cluster.elapsed))
        self.backUp()
        self.backUpWhileServing()
        self.inject(kind, into: node)
    }

    func schedule(after delay: Delay, _ body: @escaping (FaultInjector) -> Void) {
        self.cluster.scheduler.schedule(after: delay, .fault, self.continuing(body))
    }

    /// What follows on a fault, later: it draws from a generator of its own, whatever comes in between.
    func continuing(_ body: @escaping (FaultInjector) -> Void) -> () -> Void {
        let random = SimulationRandom(seed: self.random.next())
        return { [unowned self] in
            guard !self.isStopped else { return }
            self.random = random
            body(self)
        }
    }

    private func inject(_ kind: ClusterFault, into node: SimulatedNode) {
        guard self.isAllowed(kind, on: node) else { return }
        switch kind {
        case .crash, .panic, .kill, .stop, .pause, .longPause, .otherVersion, .otherCluster, .secondProcess:
            self.end(kind, node)
        case .wipe, .rollback, .machineRollback, .logRollback, .clone, .hotCopy, .twin, .lostLock, .lostIdentity,
            .lostSegment:
            self.replace(kind, node)
        case .forget: self.forget(node)
        case .restore: self.restore(node)
        case .cut, .oneWayCut, .isolation, .partition, .swizzle, .clog, .slowLink: self.disturb(kind, node)
        case .slowDisk, .stuckDisk, .fullDisk, .failedSync, .failedWrite, .failedRead: self.strain(kind, node)
        case .clockForward, .clockBack, .clockDrift: self.turn(kind, node)
        case .bitRot, .rottenSector, .misdirectedWrite: self.damage(kind, node)
        }
    }

    /// Notes that a fault was really done.
    func note(_ kind: ClusterFault) { self.coverage.add(kind) }

    func drawDuration() -> Delay { self.plan.duration.draw(&self.random) }

    /// Another node than this.
    func drawOther(than node: SimulatedNode) -> SimulatedNode {
        let count = self.cluster.nodes.count
        return self.cluster.nodes[(node.number + 1 + self.random.below(count - 1)) % count]
    }

    /// Mends everything: links, disks, clocks, and nodes that are down or cannot write any more.
    package func mend() throws(NodeStartFailure) {
        self.isStopped = true
        self.backups.stop()
        let quiet = NetworkConditions()
        self.cluster.fabric.conditions.resetRate = quiet.resetRate
        self.cluster.fabric.conditions.datagramLossRate = quiet.datagramLossRate
        self.cluster.fabric.conditions.resolutionFailureRate = quiet.resolutionFailureRate
        self.cluster.healLinks()
        for node in self.cluster.nodes {
            node.machine.files.mend()
            node.machine.clock = SimulatedClock(startingAt: Instant(nanoseconds: 1_000_000_000))
            node.resume()
            if node.replica?.journal.failure != nil || node.isStopping, self.atlas.mayEnd(node, in: self.cluster) {
                node.kill()
            }
            self.restoreConfiguration(of: node)
            self.endTwin(node)
        }
        for node in self.cluster.nodes where !node.isRunning { try self.diskOperator.start(node) }
        try self.diskOperator.breakDeadlock()
    }
}
