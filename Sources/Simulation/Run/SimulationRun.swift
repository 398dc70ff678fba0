import Causality
import Journal
import Platform
import Replication

/// One seed: a drawn cluster under drawn load and faults, then mended, then at rest.
///
/// In the first phase anything may fail, and only what holds at every moment is checked. Then
/// everything is mended, the cluster must become equal in bounded time, and everything is checked;
/// at last every node takes one more write, which must reach all others.
package final class SimulationRun {
    private let options: SimulationOptions
    private let draw: SimulationDraw
    package let cluster: SimulatedCluster
    private let load: ClientLoad
    private let injector: FaultInjector
    private let trace: TraceWindow
    private var healingTime = Delay.zero

    /// Draws a run; ``run()`` MUST be called once, which also frees its memory.
    package init(seed: UInt64, options: SimulationOptions = SimulationOptions()) {
        self.options = options
        self.draw = SimulationDraw(seed: seed, options: options)
        self.cluster = SimulatedCluster(seed: seed, settings: self.draw.settings)
        self.load = ClientLoad(self.draw.load, on: self.cluster)
        self.injector = FaultInjector(self.draw.plan, on: self.cluster)
        self.trace = TraceWindow(limit: options.traceKept)
        self.listen()
        for (node, clock) in zip(self.cluster.nodes, self.draw.clocks) {
            node.machine.clock = SimulatedClock(
                startingAt: self.cluster.scheduler.now, offset: clock.offset, drift: clock.drift)
        }
    }

    /// Runs the seed to its end, or to the first violation.
    package func run() -> SimulationResult {
        self.beSafe()
        if self.cluster.violation == nil { self.heal() }
        if self.cluster.violation == nil, !self.draw.settings.isLed { self.writeOnce() }
        if self.cluster.violation == nil { self.collect() }
        if self.cluster.violation == nil { self.rest() }
        let result = self.result
        self.cluster.discard()
        return result
    }

    private func listen() {
        let (sink, trace, beginning) = (self.options.sink, self.trace, self.cluster.scheduler.now)
        guard sink != nil || self.options.traceKept > 0 else { return }
        self.cluster.sink = { node, now, record in
            trace.add(TraceLine(node: node, time: now.since(beginning), record: record))
            sink?(node, now, record)
        }
    }

    private func object() {
        guard let objection = self.options.objection else { return }
        self.cluster.check { () throws(Finding) in try objection(self.cluster) }
    }

    private func beSafe() {
        self.cluster.check { () throws(Finding) in
            try self.starting { () throws(NodeStartFailure) in
                try self.cluster.startAll()
            }
        }
        self.load.start()
        self.injector.start()
        let end = self.cluster.scheduler.now + self.options.duration
        while self.cluster.scheduler.now < end, self.cluster.violation == nil {
            self.cluster.run(for: self.options.checkPause)
            self.cluster.checkNow()
            self.object()
            self.load.check()
        }
        self.load.stop()
    }

    private func heal() {
        self.mend()
        // A job that had failed already may only now be heard of.
        self.cluster.run(for: .milliseconds(500))
        self.mend()
        self.retireDamaged()
        let start = self.cluster.scheduler.now
        self.converge("after everything was mended")
        self.healingTime = self.cluster.scheduler.now.since(start)
    }

    /// What damaged disks hold alone must reach the others; then their nodes are opened anew.
    private func retireDamaged() {
        var isLeft = true
        let areSound = self.cluster.run(atMost: self.options.healing) {
            self.cluster.check { () throws(Finding) in
                try self.starting { () throws(NodeStartFailure) in
                    isLeft = try self.injector.retireDamaged()
                }
            }
            return !isLeft
        }
        guard !areSound, self.cluster.violation == nil else { return }
        let differences = self.cluster.differences
        self.cluster.report(Finding(.liveness, "what a damaged node has does not reach the others: \(differences)"))
    }

    private func mend() {
        self.cluster.check { () throws(Finding) in
            try self.starting { () throws(NodeStartFailure) in
                try self.injector.mend()
            }
        }
    }

    private func writeOnce() {
        for node in self.cluster.nodes {
            SimulatedClient(of: node, in: self.cluster).put("last/\(node.name)", Array(node.name.utf8))
        }
        self.converge("after one more write on each")
    }

    /// Every tombstone goes once all are known to hold it, which routine conversations tell.
    private func collect() {
        _ = self.cluster.run(atMost: self.options.healing) { self.cluster.isCollected }
        guard self.cluster.violation == nil else { return }
        self.cluster.checkCollected()
    }

    /// Nothing is left to be done: nothing may stay behind either.
    private func rest() {
        let isAtRest = self.cluster.run(atMost: self.options.resting) {
            RestChecker().leftovers(in: self.cluster).isEmpty
        }
        guard !isAtRest, self.cluster.violation == nil else { return }
        let found = RestChecker().leftovers(in: self.cluster)
        self.cluster.report(Finding(.rest, "a cluster at rest keeps \(found.joined(separator: "; "))"))
    }

    private func converge(_ when: String) {
        let isEqual = self.cluster.run(atMost: self.options.healing) {
            self.load.isAtRest && self.cluster.isConverged
        }
        guard self.cluster.violation == nil else { return }
        guard isEqual else {
            let restless = self.load.restless.map { "; not at rest: \($0)" } ?? ""
            self.cluster.report(
                Finding(.liveness, "the nodes are not equal \(when): \(self.cluster.differences)\(restless)"))
            return
        }
        self.cluster.checkAtRest()
        self.object()
        self.load.check()
        self.load.checkAtRest()
    }

    private func starting(_ body: () throws(NodeStartFailure) -> Void) throws(Finding) {
        do throws(NodeStartFailure) {
            try body()
        } catch {
            throw Finding(.recovery, "a node cannot be started: \(error)")
        }
    }

    private var coverage: CoverageReport {
        var coverage = self.cluster.coverage
        coverage.add(self.cluster.fabric.faultCounts)
        for node in self.cluster.nodes {
            coverage.add(node.counters)
            coverage.add(node.machine.files.faultCounts)
        }
        coverage.merge(self.injector.coverage)
        return coverage
    }

    private var result: SimulationResult {
        let history = self.cluster.history
        var violation = self.cluster.violation
        violation?.selection = self.options.selection
        let led = (self.load.workloads.first as? LeaderWorkload)?.outcomes
        var requests = self.load.records
        if violation != nil {
            for index in requests.indices { requests[index].explain(by: history) }
        }
        return SimulationResult(
            seed: self.cluster.seed, traceHash: self.cluster.scheduler.traceHash, violation: violation,
            requests: self.load.made, writes: led?.asked ?? history.writes.count,
            acknowledged: led?.answered ?? history.writes.count { $0.isAcknowledged },
            simulatedTime: self.cluster.elapsed,
            healingTime: self.healingTime, events: self.cluster.scheduler.eventCount,
            conversations: self.cluster.nodes.reduce(0) { $0 + $1.counters.conversationsFinished },
            compactions: self.cluster.nodes.reduce(0) { $0 + $1.counters.compactions },
            snapshots: self.cluster.nodes.reduce(0) { $0 + $1.counters.snapshots },
            floors: self.cluster.nodes.count { $0.replica?.journal.floor.isEmpty == false },
            faults: ClusterFault.allCases.map { ($0.rawValue, Int(self.injector.coverage.count(of: $0))) }
                .filter { $0.1 > 0 },
            coverage: self.coverage, cluster: self.draw.words, nodeCount: self.cluster.nodes.count,
            faultRecords: self.injector.records, requestRecords: requests,
            concerned: (violation?.dots ?? []).prefix(ConcernedWrite.limit).map {
                ConcernedWrite($0, in: self.cluster)
            },
            trace: self.trace.lines)
    }
}
