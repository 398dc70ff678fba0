import Causality
import Leadership
import Platform
import TestSupport

/// Members of the pure decider over a network and disks that fail, with everything drawn from a seed.
///
/// A phase of faults is followed by one without, in which the cluster must become useful again.
package struct RaftCluster {
    static let faultyTime: UInt64 = 2_500_000
    static let healedTime: UInt64 = 3_500_000
    /// After so long without faults the clients go home, so that everybody can catch up.
    static let servedTime: UInt64 = 1_500_000

    var random: SeededGenerator
    let scenario: ClusterScenario
    var nodes: [RaftNode] = []
    var queue = EventQueue<ClusterEvent>()
    /// Real time in microseconds.
    var time: UInt64 = 0
    /// Whether nothing gets from one node to another.
    var isCut: [[Bool]]
    var isHealed = false
    var decided = DecidedLog()
    var clients = ClientLedger()
    package internal(set) var report: ClusterReport

    package init(seed: UInt64) {
        self.random = SeededGenerator(seed: seed)
        self.scenario = ClusterScenario(&self.random)
        self.report = ClusterReport(seed: seed)
        let count = self.scenario.voters + self.scenario.spares
        self.isCut = Array(repeating: Array(repeating: false, count: count), count: count)
        let peers = (0..<count).map { PeerID(rawValue: UInt64($0) + 1) }
        let electorate = Electorate(voters: Array(peers.prefix(self.scenario.voters))) ?? .empty
        for (place, peer) in peers.enumerated() {
            let state = StateMachine(electorate: place < self.scenario.voters ? electorate : .empty)
            // Rates differ by less than the fifth by which a lease is shorter than a silence.
            let rate = UInt64(920 + self.random.below(160))
            let offset = UInt64(self.random.below(1_000_000_000))
            self.nodes.append(RaftNode(peer: peer, state: state, clockRate: rate, clockOffset: offset))
            self.start(place)
        }
        self.queue.plan(.client, at: 1)
        self.queue.plan(.fault, at: UInt64(self.random.below(self.scenario.faultPause)))
    }

    /// Runs the seed to its end, or to the first violation.
    package mutating func run() -> ClusterReport {
        while self.report.violation == nil, let (time, event) = self.queue.next() {
            if time > Self.faultyTime, !self.isHealed { self.heal() }
            guard time <= Self.faultyTime + Self.healedTime else { break }
            self.time = max(self.time, time)
            self.report.events += 1
            self.happen(event)
            if self.report.events % 64 == 0 { self.checkMatching() }
        }
        if self.report.violation == nil { self.checkRecovery() }
        self.report.decided = self.decided.entries.count
        self.report.hash = self.nodes.reduce(UInt64(self.report.events)) { $0 &* 31 &+ $1.applied.hash }
        return self.report
    }

    mutating func happen(_ event: ClusterEvent) {
        switch event {
        case .delivery(let from, let to, let message, let state):
            self.reach(to, event) { cluster in
                if state != nil { cluster.nodes[to].received = state }
                cluster.step(to) { $0.receive(message, from: PeerID(rawValue: UInt64(from) + 1), at: $1) }
            }
        case .written(let node, let incarnation, let number):
            guard self.nodes[node].incarnation == incarnation else { return }
            self.reach(node, event) { $0.finishWrite(node, number) }
        case .wake(let node, let incarnation):
            guard self.nodes[node].incarnation == incarnation else { return }
            self.reach(node, event) { cluster in
                cluster.nodes[node].wakeAt = nil
                cluster.step(node) { $0.deadlineReached(at: $1) }
            }
        case .client:
            guard self.time < Self.faultyTime + Self.servedTime else { return }
            self.askSomething()
            self.queue.plan(.client, at: self.time + 1 + UInt64(self.random.below(self.scenario.clientPause)))
        case .fault:
            guard !self.isHealed else { return }
            self.breakSomething()
            self.queue.plan(.fault, at: self.time + 1 + UInt64(self.random.below(self.scenario.faultPause)))
        case .restart(let node):
            if self.nodes[node].raft == nil { self.start(node) }
        case .resume(let node):
            self.resume(node)
        }
    }

    /// Does something in a process that runs; what comes to a stopped one waits, what comes to none is lost.
    private mutating func reach(_ node: Int, _ event: ClusterEvent, _ body: (inout RaftCluster) -> Void) {
        guard self.nodes[node].raft != nil else { return }
        if self.nodes[node].isPaused { self.nodes[node].backlog.append(event) } else { body(&self) }
    }

    func now(_ node: Int) -> Instant {
        let elapsed = self.time * self.nodes[node].clockRate
        return Instant(nanoseconds: (self.nodes[node].clockOffset * 1000 + elapsed))
    }

    /// Gives a decider an input, and carries out what it asks for.
    mutating func step(_ node: Int, _ input: (inout Raft, Instant) -> [RaftAction]) {
        guard var raft = self.nodes[node].raft else { return }
        self.nodes[node].raft = nil
        let actions = input(&raft, self.now(node))
        self.nodes[node].raft = raft
        for action in actions { self.carryOut(action, on: node) }
        if self.random.chance(1) { self.compact(node) }
        self.wake(node)
    }

    private mutating func wake(_ node: Int) {
        guard let deadline = self.nodes[node].raft?.deadline else { return }
        let wait = deadline.since(self.now(node)).nanoseconds / self.nodes[node].clockRate + 1
        let time = self.time + wait
        guard self.nodes[node].wakeAt.map({ time < $0 }) ?? true else { return }
        self.nodes[node].wakeAt = time
        self.queue.plan(.wake(node: node, incarnation: self.nodes[node].incarnation), at: time)
    }

    mutating func start(_ node: Int) {
        self.nodes[node].incarnation += 1
        self.nodes[node].log = self.nodes[node].disk
        self.nodes[node].applied = self.nodes[node].disk.base
        self.nodes[node].wakeAt = nil
        let disk = self.nodes[node].disk
        // How far was committed is written now and then: some of what was known before is known again.
        let known = min(self.nodes[node].decided, disk.last.index)
        let commit = max(disk.base.position.index, self.random.chance(50) ? known : 0)
        for index in 0..<Int(commit - disk.base.position.index) { self.nodes[node].applied.apply(disk.entries[index]) }
        let restored = RestoredLog(ballot: disk.ballot, outline: disk.outline, commit: commit)
        self.nodes[node].raft = Raft(
            peer: self.nodes[node].peer, restoring: restored, limits: self.scenario.limits, seed: self.random.next(),
            at: self.now(node))
        self.wake(node)
    }

    mutating func fail(_ violation: String?) {
        guard let violation, self.report.violation == nil else { return }
        self.report.violation = "at \(self.time) µs: \(violation)"
    }

    func checkedPairs() -> [(Int, Int)] {
        self.nodes.indices.flatMap { one in (0..<one).map { (one, $0) } }
    }

    private mutating func checkMatching() {
        for (one, other) in self.checkedPairs() {
            self.fail(DecidedLog.matching(self.nodes[one].log, self.nodes[other].log))
        }
    }
}
