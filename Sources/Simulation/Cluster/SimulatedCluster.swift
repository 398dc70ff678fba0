import Causality
import DataModel
import Journal
package import Platform
package import Replication

/// Some nodes with the production driver on simulated machines, in one simulated world.
///
/// Everything follows from the seed. What invariants demand after every turn and every start is
/// checked here; the first violation is kept, and nothing after it means anything.
package final class SimulatedCluster {
    /// What everything follows from.
    package let seed: UInt64
    /// How it was made.
    package let settings: ClusterSettings
    /// The time of the world.
    package let scheduler: SimulationScheduler
    /// The network between the machines.
    package let fabric: NetworkFabric
    /// The nodes, by their numbers.
    package private(set) var nodes: [SimulatedNode] = []
    /// Every write that was made through a ``SimulatedClient``.
    package let history = WriteHistory()
    /// The first invariant that did not hold.
    package private(set) var violation: Violation?
    /// What processes have found and met; faults, and what nodes count themselves, are not in it.
    package internal(set) var coverage = CoverageReport()
    /// How many invariants were looked at, for coverage.
    package private(set) var checks = 0
    /// Makes the sessions of client connections, on nodes that accept any.
    package var makeSession: ((SimulatedNode, ClientConnection) -> (any ClientSession)?)?
    /// Gets every diagnostic of nodes started from now on.
    package var sink: ((String, Instant, TraceRecord) -> Void)?

    /// The latest that any node's wall clock has shown, in milliseconds since 1970.
    package private(set) var latestWall: UInt64 = 0

    /// What any node has ever said it may have collected.
    private var floors = VersionVector()
    /// What any node has ever taken for void: writes of forgotten peers that nobody has.
    private var voids = CausalContext()
    /// Two nodes have borne one identity: peers may know one of them under a name and an identity that no
    /// longer belong together, until an operator forgets it.
    var hasHadTwins = false
    /// A log was damaged, and what is intact of it was taken back.
    private(set) var hasHealed = false
    /// Whether a batch may be there in part, for a log that held it was damaged, and what is intact of it was taken
    /// back: until its other holders are heard; where there may be none, for good.
    func mayBreakBatches(isAtRest: Bool) -> Bool {
        guard self.hasHealed else { return false }
        return !isAtRest || self.settings.profile == .beyond || self.history.writes.contains { $0.isExcused }
    }
    private let beginning: Instant
    /// A disk was lost: what was known of it is known no more, and only its next greeting tells.
    private var hasLostDisks = false

    /// A cluster whose nodes are not started yet.
    package init(seed: UInt64, settings: ClusterSettings = ClusterSettings()) {
        self.seed = seed
        self.settings = settings
        self.scheduler = SimulationScheduler(seed: seed)
        self.fabric = NetworkFabric(scheduler: self.scheduler, conditions: settings.network)
        self.beginning = self.scheduler.now
        for number in 0..<settings.nodeCount { self.addNode(number) }
        self.registerNames()
        self.healLinks()
    }

    private func addNode(_ number: Int) {
        let host = SimulatedCluster.host(number)
        let machine = SimulatedMachine(
            name: "n\(number + 1)", host: host, scheduler: self.scheduler, fabric: self.fabric,
            storage: self.settings.storage)
        var journal = JournalConfiguration(cluster: self.settings.cluster)
        journal.segmentLength = self.settings.segmentLength
        journal.compaction = self.settings.compaction
        journal.snapshots = self.settings.snapshots
        journal.keepsProof = self.settings.durability == .always
        journal.readAhead = max(512, self.settings.segmentLength / 2)
        // Every other node reads all from its disk.
        journal.recentLength = number % 2 * self.settings.segmentLength
        var configuration = ReplicaConfiguration(
            name: machine.name, cluster: self.settings.cluster,
            listen: NetworkAddress(host: "0.0.0.0", port: SimulatedNode.port), journal: journal)
        configuration.secret = self.settings.secret
        configuration.resolvers = self.settings.resolvers
        configuration.durability = self.settings.durability
        configuration.limits = self.settings.limits
        configuration.minimumFree = self.settings.minimumFree
        configuration.lagBudget = self.settings.lagBudget
        configuration.allowsFaults = true
        configuration.acknowledgement = self.settings.acknowledgement
        configuration.peers = self.peers(of: number)
        if self.settings.mixesVersions, number % 2 == 1 {
            let spoken = configuration.versions
            configuration.versions = spoken.lowerBound...(spoken.upperBound + 1)
        }
        if self.settings.topology == .multicast {
            configuration.discovery = MulticastGroup(address: NetworkAddress(host: "239.255.0.1", port: 9001))
        }
        self.nodes.append(
            SimulatedNode(number: number, machine: machine, configuration: configuration, cluster: self))
    }

    /// By what a node is told of others.
    private func peers(of number: Int) -> [NetworkAddress] {
        let others = self.settings.topology.peers(of: number, count: self.settings.nodeCount)
        let hosts: [String]
        switch self.settings.naming {
        case .addresses: hosts = others.map(SimulatedCluster.host)
        case .oneName where self.settings.topology == .mesh: hosts = [ClusterNaming.everyone]
        case .names, .oneName: hosts = others.map(ClusterNaming.name)
        case .forwarded: hosts = others.isEmpty ? [] : (others + [number]).map(ClusterNaming.alias)
        }
        return hosts.map { NetworkAddress(host: $0, port: SimulatedNode.port) }
    }

    private func registerNames() {
        let numbers = 0..<self.settings.nodeCount
        for number in numbers {
            let host = SimulatedCluster.host(number)
            self.fabric.register(name: ClusterNaming.name(of: number), hosts: [host])
            self.fabric.forward(ClusterNaming.alias(of: number), to: host)
        }
        self.fabric.register(name: ClusterNaming.everyone, hosts: numbers.map(SimulatedCluster.host))
    }

    /// Where a node's machine is.
    package static func host(_ number: Int) -> String { "10.0.0.\(number + 1)" }

    /// Where a node listens.
    package static func address(_ number: Int) -> NetworkAddress {
        NetworkAddress(host: SimulatedCluster.host(number), port: SimulatedNode.port)
    }

    /// Simulated time since the beginning.
    package var elapsed: Delay { self.scheduler.now.since(self.beginning) }

    /// Starts every node that is stopped.
    package func startAll() throws(NodeStartFailure) {
        for node in self.nodes where !node.isRunning { try node.start() }
    }

    /// Cuts the link between two nodes, both ways.
    package func cut(_ left: Int, _ right: Int) {
        self.fabric.cut(SimulatedCluster.host(left), SimulatedCluster.host(right))
    }

    /// Mends the link between two nodes, if there ever was one.
    package func heal(_ left: Int, _ right: Int) {
        guard self.settings.topology.connects(left, right) else { return }
        self.fabric.heal(SimulatedCluster.host(left), SimulatedCluster.host(right))
    }

    /// Mends all links but those that the topology never had.
    package func healLinks() {
        self.fabric.healAll()
        for left in self.nodes.indices {
            for right in self.nodes.indices where left < right && !self.settings.topology.connects(left, right) {
                self.cut(left, right)
            }
        }
    }

    /// Lets simulated time pass, until a violation at the most.
    package func run(for delay: Delay) {
        self.scheduler.run(until: self.scheduler.now + delay)
    }

    /// Lets time pass until the condition holds, looked at every 20 ms; false if `limit` passed before.
    package func run(atMost limit: Delay, until condition: () -> Bool) -> Bool {
        let end = self.scheduler.now + limit
        while !condition() {
            guard self.violation == nil, self.scheduler.now < end else { return false }
            self.run(for: .milliseconds(20))
        }
        return true
    }

    /// Whether all nodes run, serve, have synced everything, and are equal.
    package var isConverged: Bool {
        guard let first = self.nodes.first?.replica else { return false }
        for node in self.nodes {
            guard node.isSettled, let replica = node.replica, replica.journal.syncedLSN == replica.journal.appendedLSN,
                ConvergenceChecker.areEqual(first, replica)
            else { return false }
        }
        return true
    }

    /// Ends the simulation and frees its memory.
    package func discard() {
        self.scheduler.discard()
    }

    /// Keeps the first finding as the violation.
    package func report(_ finding: Finding) {
        guard self.violation == nil else { return }
        self.violation = Violation(
            seed: self.seed, profile: self.settings.profile, time: self.elapsed, invariant: finding.invariant,
            text: finding.text, dots: finding.dots)
        self.scheduler.halt()
    }

    /// Does checks; their finding becomes the violation.
    package func check(_ body: () throws(Finding) -> Void) {
        self.checks += 1
        do throws(Finding) {
            try body()
        } catch {
            self.report(error)
        }
    }

    func started(_ node: SimulatedNode, _ replica: Replica) {
        if replica.journal.isHealing { self.hasHealed = true }
        self.scheduler.feed(replica.journal.context.count(missingFrom: CausalContext()))
        self.floors.formUnion(node.lastStop?.syncedFloor ?? VersionVector())
        let stop = node.lastStop.flatMap { $0.isVoid ? nil : $0 }
        let hasLost = stop.map { !replica.journal.context.isSuperset(of: $0.context) } ?? false
        self.coverage.add(replica.journal.opening, hasLost: hasLost)
        guard let stop else { return }
        guard !replica.journal.isHealing else { return self.startedHealing(node, stop) }
        self.check { () throws(Finding) in
            try RecoveryChecker(isDiskDamaged: node.isDamaged, isBehind: node.isBehind)
                .check(replica.journal, after: stop, node: node.name, number: node.number, self.history) { dot in
                    self.nodes.contains { other in
                        other.number != node.number
                            && (other.replica?.journal.context ?? other.durableContext)?.contains(dot) == true
                    }
                }
        }
    }

    /// A node has put its log aside. What was not durable may still be found in it, or not.
    private func startedHealing(_ node: SimulatedNode, _ stop: StopRecord) {
        for (index, write) in self.history.writes.enumerated() where write.node == node.number && !write.isSynced {
            self.history.excuse(index)
        }
        self.check { () throws(Finding) in
            guard node.isDamaged || node.hasForeignDisk || node.wasHealing else {
                throw Finding(.damage, "\(node.name) puts a log aside that nothing has harmed")
            }
        }
    }

    func afterTurn(of node: SimulatedNode) {
        if let replica = node.replica { self.latestWall = max(self.latestWall, replica.wallNow.milliseconds) }
        self.checks += 1
        do throws(Finding) {
            try node.checkGrowth()
        } catch {
            self.report(error)
        }
    }

    /// Checks what holds at every moment on every running node; costly.
    ///
    /// - Parameter isAtRest: whether the nodes have told each other everything.
    package func checkNow(isAtRest: Bool = false) {
        guard !self.settings.isLed else { return }
        let mayBreakBatches = self.mayBreakBatches(isAtRest: isAtRest)
        for node in self.nodes {
            self.floors.formUnion(node.replica?.journal.floor ?? VersionVector())
            self.voids.formUnion(node.replica?.voidWrites ?? CausalContext())
        }
        var surveys: [ReplicaSurvey] = []
        for node in self.nodes {
            guard let replica = node.replica, let survey = node.survey(self.history) else { continue }
            surveys.append(survey)
            self.check { () throws(Finding) in
                try DotChecker().check(survey, self.history)
                try ClaimChecker(latestWall: self.latestWall, voids: self.voids).check(survey, self.history)
                if !mayBreakBatches { try BatchChecker(floors: self.floors).check(survey, self.history) }
                try node.checkResurrection(survey, self.history)
                try ResurrectionChecker.checkReplaced(survey, self.history)
                try ConflictChecker(latestWall: self.latestWall, voids: self.voids).check(survey, replica, self.history)
                try CounterChecker(prefix: ClusterSettings.counterPrefix.bytes, voids: self.voids)
                    .check(replica, survey, self.history)
                guard !self.hasLostDisks else { return }
                let others = self.nodes.filter { $0.number != node.number }.compactMap(\.durableContext)
                try WatermarkChecker().check(replica, node: node.name, others: others, self.history)
            }
        }
        self.check { () throws(Finding) in
            for number in surveys.indices {
                for other in 0..<number {
                    try EqualityChecker(latestWall: self.latestWall)
                        .check(surveys[other], surveys[number], self.history)
                }
            }
        }
    }

    /// Checks a cluster that has converged: everything that holds at rest.
    package func checkAtRest() {
        guard !self.settings.isLed else { return }
        self.checkNow(isAtRest: true)
        if self.settings.profile == .beyond { self.excuseUnclaimedWrites() }
        let running = self.nodes.compactMap { node in node.replica.map { (node.name, $0) } }
        let wallNow = SimulatedClock(startingAt: self.beginning).reading(at: self.scheduler.now)
        self.check { () throws(Finding) in
            try ConvergenceChecker(resolvers: ClusterSettings.resolvers, latestWall: self.latestWall).check(
                running, at: self.scheduler.now, wallNow: wallNow, self.history)
        }
        for (name, replica) in running {
            self.check { () throws(Finding) in
                let survey = ReplicaSurvey(of: replica, node: name, history: self.history)
                try DurabilityChecker(isAcknowledgedDurable: self.settings.durability == .always)
                    .check(survey, self.history)
                try DotChecker().checkValues(replica, node: name, self.history)
                try ConflictChecker(latestWall: self.latestWall, voids: self.voids)
                    .checkSiblings(survey, replica, self.history)
            }
        }
    }

    /// Whether no node keeps a tombstone that it could do without.
    package var isCollected: Bool {
        self.nodes.allSatisfy { node in
            node.replica.map { TombstoneChecker(living: self.livingPeers(for: node)).needless(in: $0) == nil } ?? false
        }
    }

    /// The identities that are borne now, if others may be taken for members still; nil if none may. A node
    /// that was the image of another's machine may know members that it cannot reach.
    private func livingPeers(for node: SimulatedNode) -> [PeerID]? {
        guard self.hasHadTwins else { return nil }
        let reached = self.nodes.filter { self.settings.topology.connects(node.number, $0.number) }
        return reached.compactMap { $0.replica?.journal.identity.peer }
    }

    /// Checks that all tombstones have gone that can go.
    package func checkCollected() {
        for node in self.nodes {
            guard let replica = node.replica else { continue }
            let checker = TombstoneChecker(living: self.livingPeers(for: node))
            self.check { () throws(Finding) in try checker.check(replica, node: node.name) }
        }
        self.checkNow()
    }

    /// A disk was lost or harmed: its node may hold less than its peers have heard.
    func noteLostDisk() { self.hasLostDisks = true }

    /// Reads all live records of a node whose disk was damaged: each is what was written, or an error.
    ///
    /// - Returns: whether all could be read.
    @discardableResult
    func checkDamaged(_ node: SimulatedNode) -> Bool {
        guard let replica = node.replica else { return true }
        var unreadable = 0
        self.check { () throws(Finding) in
            unreadable = try DotChecker().checkValues(replica, node: node.name, self.history, isDiskDamaged: true)
        }
        return unreadable == 0
    }

    /// Where disks are damaged beyond repair, what no node knows any more is lost, and nothing else is.
    private func excuseUnclaimedWrites() {
        let contexts = self.nodes.compactMap { $0.replica?.journal.context }
        for (index, write) in self.history.writes.enumerated() where !write.isExcused {
            let isClaimed = contexts.contains { $0.contains(write.dot) }
            if write.isLost || !isClaimed { self.history.excuse(index) }
        }
    }

    /// The node's disk is about to be lost: what nobody else claims to hold is lost with it.
    ///
    /// - Parameter unsyncedOnly: whether what was durable there may not be lost all the same.
    func excuseWritesHeldOnly(by node: SimulatedNode, unsyncedOnly: Bool = false) {
        let others = self.nodes.filter { $0.number != node.number }.compactMap(\.durableContext)
        for (index, write) in self.history.writes.enumerated() where !write.isLost && !write.isExcused {
            if unsyncedOnly, write.isSynced { continue }
            if !others.contains(where: { $0.contains(write.dot) }) { self.history.excuse(index) }
        }
    }
}
