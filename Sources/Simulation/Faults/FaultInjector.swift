import Journal
import Platform
import Replication

/// Carries a fault plan out on a cluster, one fault after another, and mends everything at the end.
package final class FaultInjector {
    private let cluster: SimulatedCluster
    private let plan: FaultPlan
    private var draws: OrdinalDraws
    /// The generator of the fault that is being done or undone; see ``OrdinalDraws``.
    private var random: SimulationRandom
    private var images: [DirectoryImage?]
    private var isStopped = false
    /// How often each fault was done, in the order of the cases.
    package private(set) var counts = [Int](repeating: 0, count: ClusterFault.allCases.count)

    /// Every fault that was done, in order.
    package private(set) var records: [FaultRecord] = []

    /// An injector that has done nothing yet; keep it for as long as the cluster runs.
    package init(_ plan: FaultPlan, on cluster: SimulatedCluster) {
        self.plan = plan
        self.cluster = cluster
        self.random = cluster.scheduler.random.child("faults")
        self.draws = OrdinalDraws(self.random, only: plan.only)
        self.images = cluster.nodes.map { _ in nil }
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
        self.inject(kind, into: node)
    }

    private func schedule(after delay: Delay, _ body: @escaping (FaultInjector) -> Void) {
        self.cluster.scheduler.schedule(after: delay, .fault, self.continuing(body))
    }

    /// What follows on a fault, later: it draws from a generator of its own, whatever comes in between.
    private func continuing(_ body: @escaping (FaultInjector) -> Void) -> () -> Void {
        let random = SimulationRandom(seed: self.random.next())
        return { [unowned self] in
            guard !self.isStopped else { return }
            self.random = random
            body(self)
        }
    }

    /// Now and then an operator copies a directory.
    private func backUp() {
        guard self.plan.kinds.contains(.rollback), self.random.chance(0.3) else { return }
        let node = self.cluster.nodes[self.random.below(self.cluster.nodes.count)]
        if let image = node.backUp() { self.images[node.number] = image }
    }

    private func inject(_ kind: ClusterFault, into node: SimulatedNode) {
        self.counts[ClusterFault.allCases.firstIndex(of: kind) ?? 0] += 1
        switch kind {
        case .crash, .panic, .kill, .stop, .wipe, .rollback, .clone: self.end(kind, node)
        case .pause:
            node.pause()
            self.schedule(after: self.drawDuration()) { _ in node.resume() }
        case .cut, .oneWayCut, .isolation, .clog: self.disturb(kind, node)
        case .slowDisk, .stuckDisk, .fullDisk, .failedSync, .failedWrite, .failedRead: self.strain(kind, node)
        case .clockJump:
            let jump = Int64(self.random.below(20_000)) - 10_000
            node.machine.clock.jump(by: jump, at: self.cluster.scheduler.now)
        }
    }

    private func end(_ kind: ClusterFault, _ node: SimulatedNode) {
        guard node.isRunning else { return }
        switch kind {
        case .crash, .wipe, .rollback, .clone: node.crash()
        case .panic: node.crash(isSilent: false)
        case .stop:
            node.stop(self.continuing { $0.schedule(after: $0.drawDuration()) { $0.restart(node) } })
            return
        default: node.kill()
        }
        // A stuck disk comes back with its machine.
        node.machine.files.release()
        if kind == .wipe { node.replaceDisk(by: nil) }
        if kind == .rollback, let image = self.images[node.number] { node.replaceDisk(by: image) }
        if kind == .clone {
            let other = self.cluster.nodes[self.random.below(self.cluster.nodes.count)]
            if let image = other.number == node.number ? nil : other.backUp() { node.replaceDisk(by: image) }
        }
        self.schedule(after: self.drawDuration()) { $0.restart(node) }
    }

    private func restart(_ node: SimulatedNode) {
        guard !node.isRunning else { return }
        do throws(NodeStartFailure) {
            try node.start()
        } catch {
            self.cluster.scheduler.feed(0xDEAD)
            self.schedule(after: self.drawDuration()) { $0.restart(node) }
        }
    }

    private func disturb(_ kind: ClusterFault, _ node: SimulatedNode) {
        let other = (node.number + 1 + self.random.below(self.cluster.nodes.count - 1)) % self.cluster.nodes.count
        let (left, right) = (SimulatedCluster.host(node.number), SimulatedCluster.host(other))
        let duration = self.drawDuration()
        switch kind {
        case .oneWayCut: self.cluster.fabric.cut(from: left, to: right)
        case .isolation: self.cluster.fabric.isolate(left)
        case .clog:
            self.cluster.fabric.clog(from: left, to: right, for: duration)
            return
        default: self.cluster.cut(node.number, other)
        }
        self.schedule(after: duration) { injector in
            guard kind != .isolation else {
                for other in injector.cluster.nodes.indices { injector.cluster.heal(node.number, other) }
                return
            }
            injector.cluster.heal(node.number, other)
        }
    }

    private func strain(_ kind: ClusterFault, _ node: SimulatedNode) {
        let files = node.machine.files
        switch kind {
        case .slowDisk: files.conditions.slowness = 20
        case .stuckDisk: files.stall()
        case .fullDisk: files.conditions.capacity = UInt64(files.usedBytes + self.random.below(20_000))
        case .failedRead:
            files.failNextRead(1 + self.random.below(3))
            return
        case .failedSync:
            files.failNextSync()
            self.restartAfterFailure(node)
            return
        default:
            files.failNextWrite()
            self.restartAfterFailure(node)
            return
        }
        self.schedule(after: self.drawDuration()) { _ in
            files.conditions.slowness = 1
            files.conditions.capacity = nil
            files.release()
        }
    }

    /// An operator looks after a node that reports a failed disk, sooner or later.
    private func restartAfterFailure(_ node: SimulatedNode) {
        self.schedule(after: self.drawDuration() * 2) { injector in
            guard node.replica?.journal.failure != nil else { return }
            if injector.random.chance(0.5) { node.kill() } else { node.crash() }
            injector.schedule(after: injector.drawDuration()) { $0.restart(node) }
        }
    }

    private func drawDuration() -> Delay { self.plan.duration.draw(&self.random) }

    /// Mends everything: links, disks, clocks, and nodes that are down or cannot write any more.
    package func mend() throws(NodeStartFailure) {
        self.isStopped = true
        let quiet = NetworkConditions()
        self.cluster.fabric.conditions.resetRate = quiet.resetRate
        self.cluster.fabric.conditions.datagramLossRate = quiet.datagramLossRate
        self.cluster.fabric.conditions.resolutionFailureRate = quiet.resolutionFailureRate
        self.cluster.healLinks()
        for node in self.cluster.nodes {
            node.machine.files.mend()
            node.machine.clock = SimulatedClock(startingAt: Instant(nanoseconds: 1_000_000_000))
            node.resume()
            if node.replica?.journal.failure != nil || node.isStopping { node.kill() }
        }
        try self.cluster.startAll()
    }
}
