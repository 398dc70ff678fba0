import Causality

/// The clients of all nodes: request after request, each to a drawn node, each of a drawn workload.
package final class ClientLoad {
    /// What is asked of the cluster.
    package let workloads: [any Workload]
    private let cluster: SimulatedCluster
    private let plan: LoadPlan
    private var draws: OrdinalDraws
    private var isStopped = false
    /// Requests that nodes took.
    package private(set) var accepted = 0
    /// Requests that were made.
    package private(set) var made = 0

    /// Every request that was made, in order.
    package private(set) var records: [RequestRecord] = []

    /// A load that has not begun; keep it for as long as the cluster runs.
    package init(_ plan: LoadPlan, on cluster: SimulatedCluster) {
        self.plan = plan
        self.cluster = cluster
        self.draws = OrdinalDraws(cluster.scheduler.random.child("load"), only: plan.only)
        self.workloads = plan.kinds.map { $0.make(on: cluster, plan.mix) }
    }

    /// Prepares, and begins with requests.
    package func start() {
        for workload in self.workloads { workload.setUp() }
        self.scheduleNext()
    }

    /// Ends all requests.
    package func stop() {
        self.isStopped = true
        for workload in self.workloads { workload.stop() }
    }

    /// Whether nothing is under way any more after ``stop()``.
    package var isAtRest: Bool { self.workloads.allSatisfy(\.isAtRest) }

    /// What is still under way after ``stop()``, by the first such workload's type; nil for nothing.
    package var restless: String? { self.workloads.first { !$0.isAtRest }.map { "\(type(of: $0))" } }

    /// Has every workload check what holds at every moment.
    package func check() {
        for workload in self.workloads {
            self.cluster.check { () throws(Finding) in try workload.check() }
        }
    }

    /// Has every workload check what holds at rest.
    package func checkAtRest() {
        for workload in self.workloads {
            self.cluster.check { () throws(Finding) in try workload.checkAtRest() }
        }
    }

    private func scheduleNext() {
        guard !self.isStopped, self.draws.ordinal < self.plan.requests, !self.workloads.isEmpty
        else { return }
        var random = self.draws.next()
        self.cluster.scheduler.schedule(after: self.plan.pause.draw(&random), .workload) { [unowned self, random] in
            guard !self.isStopped else { return }
            if self.draws.isOn { self.request(random) }
            self.scheduleNext()
        }
    }

    private func request(_ drawn: SimulationRandom) {
        var random = drawn
        self.made += 1
        let node = self.cluster.nodes[random.below(self.cluster.nodes.count)]
        let workload = self.workloads[random.below(self.workloads.count)]
        let client = SimulatedClient(of: node, in: self.cluster)
        let outcome = workload.request(client, self.draws.ordinal, random)
        self.note(outcome)
        self.records.append(
            RequestRecord(
                ordinal: self.draws.ordinal, name: workload.lastRequest, node: node.number, time: self.cluster.elapsed,
                outcome: outcome))
    }

    private func note(_ outcome: ClientOutcome) {
        switch outcome {
        case .written(let index):
            self.accepted += 1
            let dot = self.cluster.history.writes[index].dot
            self.cluster.scheduler.feed(dot.peer.rawValue)
            self.cluster.scheduler.feed(dot.sequence)
        case .nothing: self.cluster.scheduler.feed(1)
        case .busy: self.cluster.scheduler.feed(2)
        case .refused: self.cluster.scheduler.feed(3)
        case .unavailable: self.cluster.scheduler.feed(4)
        }
    }
}
