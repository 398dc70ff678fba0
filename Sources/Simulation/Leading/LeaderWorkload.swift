import ByteCoding
import Causality
import DataModel
import Leadership
import Platform
import Replication

/// Clients of a cluster in leader mode, on a few keys: each request goes to some node, on to the leader if that is
/// another, and again if nothing could have come of it. What they saw must be linearizable.
final class LeaderWorkload: Workload {
    /// A request on its way.
    private final class Errand {
        let key: Int
        let request: LeaderOperation.Request
        /// When it is given up, if nothing has come of it.
        let patience: Instant
        var random: SimulationRandom
        /// Where, and in which process and turn, it was first asked, so that it need not be confirmed anew.
        var asked: (node: Int, start: Int, turn: UInt64, time: Instant)?

        init(_ key: Int, _ request: LeaderOperation.Request, until patience: Instant, _ random: SimulationRandom) {
            self.key = key
            self.request = request
            self.patience = patience
            self.random = random
        }
    }

    private let cluster: SimulatedCluster
    private var random = SimulationRandom(seed: 0)
    private(set) var lastRequest = ""
    private var operations: [[LeaderOperation]] = []
    private var made: [Int] = []
    /// Per key the requests that look for whoever carries them out.
    private var errands: [Int] = []
    private var underWay = 0
    private var isStopped = false
    private var nextValue: Int64 = 1000

    /// Requests for one key: as many as the checker takes.
    private static let perKey = 40
    private static let keysAtOnce = 3
    /// Requests of one key of which nobody knows what became: each doubles what the checker must look at.
    private static let unansweredMaximum = 4
    /// Requests of one key that are under way at once.
    private static let concurrent = 7

    init(on cluster: SimulatedCluster) {
        self.cluster = cluster
        for _ in 0..<LeaderWorkload.keysAtOnce { self.addKey() }
    }

    func setUp() { self.found(after: .milliseconds(20), SimulationRandom(seed: self.cluster.seed)) }

    func stop() { self.isStopped = true }

    var isAtRest: Bool { self.underWay == 0 && self.leader != nil && self.cluster.nodes.allSatisfy(self.isSettled) }

    /// Whether everything that the node knows of is decided and applied.
    private func isSettled(_ node: SimulatedNode) -> Bool {
        guard let replica = node.replica else { return false }
        let (commit, applied, last) = replica.decided
        return commit == last && applied == last
    }

    /// Requests that may have been carried out, and those of them that were answered.
    var outcomes: (asked: Int, answered: Int) {
        self.operations.reduce((0, 0)) { ($0.0 + $1.count, $0.1 + $1.count { $0.answer != nil }) }
    }

    /// The node that leads, as it thinks itself.
    private var leader: SimulatedNode? {
        self.cluster.nodes.first { node in
            guard case .leader(.leader, _, _) = node.replica?.mode else { return false }
            return true
        }
    }

    func request(_ client: SimulatedClient, _ ordinal: Int, _ random: SimulationRandom) -> ClientOutcome {
        self.random = random
        let slot = self.random.below(LeaderWorkload.keysAtOnce)
        let key = self.made.count - 1 - slot
        let unanswered = self.operations[key].count { $0.answer == nil }
        if self.made[key] == LeaderWorkload.perKey || unanswered >= LeaderWorkload.unansweredMaximum {
            self.addKey()
            return .nothing
        }
        guard unanswered + self.errands[key] < LeaderWorkload.concurrent else { return .nothing }
        self.made[key] += 1
        self.errands[key] += 1
        let request = self.drawRequest()
        self.lastRequest = "\(request)"
        if self.random.chance(0.02) { self.handOver() }
        let errand = Errand(
            key, request, until: self.cluster.scheduler.now + .seconds(3), self.random.child("errand"))
        self.underWay += 1
        self.attempt(errand, at: client.node)
        return .nothing
    }

    /// At rest every node has the same, and that is what a last read of each key sees.
    func checkAtRest() throws(Finding) {
        let now = self.cluster.scheduler.now
        for key in self.operations.indices {
            var history = self.operations[key]
            let seen = self.cluster.nodes.map { $0.replica.map { self.value(of: key, $0) } ?? nil }
            for value in seen where value != seen[0] {
                throw Finding(.convergence, "nodes at rest show \(seen) for key \(key)")
            }
            var last = LeaderOperation(.read, at: now)
            last.answer = .value(seen[0])
            last.answered = now
            history.append(last)
            // What a leader had to give up comes back as a sibling, and with it what was read for it then.
            if history.contains(where: { $0.answer == nil && $0.request.dependsOnState }) { continue }
            guard !LinearizabilityChecker(history).isLinearizable() else { continue }
            let words = history.sorted { $0.asked < $1.asked }.map { operation in
                let end = operation.answer == nil ? "never" : "\(operation.answered.nanoseconds / 1000)"
                return "\(operation.asked.nanoseconds / 1000)-\(end) \(operation.request) "
                    + "\(operation.answer.map { "\($0)" } ?? "?")"
            }
            throw Finding(.linearizability, "key \(key): \(words.joined(separator: "; "))")
        }
    }

    private func addKey() {
        self.operations.append([])
        self.made.append(0)
        self.errands.append(0)
    }

    private func drawRequest() -> LeaderOperation.Request {
        self.nextValue += 1000
        switch self.random.below(10) {
        case 0...3: return .read
        case 4, 5: return .write(self.nextValue)
        case 6: return .writeIfAbsent(self.nextValue)
        case 7, 8: return .increment
        default: return .delete
        }
    }

    /// Has a node found leader mode, until there is one.
    private func found(after delay: Delay, _ drawn: SimulationRandom) {
        var random = drawn
        self.cluster.scheduler.schedule(after: delay, .workload) { [unowned self] in
            let modes = self.cluster.nodes.compactMap { $0.replica?.mode }
            let isLed = modes.contains { if case .leader = $0 { true } else { false } }
            if !isLed {
                let node = self.cluster.nodes[random.below(self.cluster.nodes.count)]
                if node.isServing, node.replica?.exchange.peerCount == self.cluster.nodes.count - 1 {
                    _ = node.perform { try? $0.enterLeaderMode() }
                }
            }
            self.found(after: .milliseconds(200), random)
        }
    }

    private func handOver() {
        guard let leader = self.leader, leader.isServing else { return }
        _ = leader.perform { try? $0.handOver(to: nil) }
    }

    private func attempt(_ errand: Errand, at node: SimulatedNode) {
        let now = self.cluster.scheduler.now
        guard now < errand.patience, !self.isStopped else { return self.settle(errand) }
        var next = self.cluster.nodes[errand.random.below(self.cluster.nodes.count)]
        var isDone = false
        if node.isServing {
            _ = node.perform { replica in
                if let asked = errand.asked, asked.node == node.number, asked.start == node.starts {
                    replica.requestTurn = asked.turn
                } else {
                    errand.asked = (node.number, node.starts, replica.turn, now)
                }
                do throws(ReplicaError) {
                    try self.carryOut(errand, at: node, replica)
                    isDone = true
                } catch {
                    switch error {
                    case .busy: next = node
                    case .leadership(.notLeader(let peer)):
                        next = self.cluster.nodes.first { $0.lastPeer == peer } ?? next
                    default: break
                    }
                }
            }
        }
        guard !isDone else { return }
        let pause = Delay.milliseconds(1 + errand.random.below(UInt64(30)))
        self.cluster.scheduler.schedule(after: pause, .workload) { [unowned self] in
            self.attempt(errand, at: next)
        }
    }

    /// Throws if nothing has come of it.
    private func carryOut(_ errand: Errand, at node: SimulatedNode, _ replica: Replica) throws(ReplicaError) {
        guard case .leader = replica.mode else { throw .busy }
        let key = LeaderWorkload.name(of: errand.key)
        let operation = LeaderOperation(errand.request, at: errand.asked?.time ?? self.cluster.scheduler.now)
        try replica.admitRead(isLocal: false)
        switch errand.request {
        case .read:
            var value: [UInt8] = []
            let reading = try replica.read(key.span, into: &value)
            self.end(operation, errand, .value(reading.isFound ? DecimalInteger.parse(value.span) : nil))
        case .write(let number):
            self.enter(try replica.put(key.span, Array("\(number)".utf8).span), operation, errand, .done(true), node)
        case .writeIfAbsent(let number):
            guard try replica.look(at: key.span).outcome == .missing else {
                return self.end(operation, errand, .done(false))
            }
            self.enter(try replica.put(key.span, Array("\(number)".utf8).span), operation, errand, .done(true), node)
        case .increment:
            let (total, receipt) = try replica.increment(key.span, by: 1)
            self.enter(receipt, operation, errand, .value(total), node)
        case .delete:
            guard let receipt = try replica.delete(key.span) else {
                return self.end(operation, errand, .done(false))
            }
            self.enter(receipt, operation, errand, .done(true), node)
        }
    }

    private func end(_ operation: LeaderOperation, _ errand: Errand, _ answer: LeaderOperation.Answer) {
        var operation = operation
        operation.answer = answer
        operation.answered = self.cluster.scheduler.now
        self.operations[errand.key].append(operation)
        self.settle(errand)
    }

    private func settle(_ errand: Errand) {
        self.underWay -= 1
        self.errands[errand.key] -= 1
    }

    /// Enters the write now, and its answer once there is one: it may never come, and the write all the same.
    private func enter(
        _ receipt: WriteReceipt, _ operation: LeaderOperation, _ errand: Errand, _ answer: LeaderOperation.Answer,
        _ node: SimulatedNode
    ) {
        let (key, place) = (errand.key, self.operations[errand.key].count)
        self.operations[key].append(operation)
        self.settle(errand)
        node.whenAcknowledged(receipt.heldUntil) { [unowned self] in
            self.operations[key][place].answer = answer
            self.operations[key][place].answered = self.cluster.scheduler.now
        }
    }

    private func value(of key: Int, _ replica: Replica) -> Int64? {
        var value: [UInt8] = []
        let reading = try? replica.read(LeaderWorkload.name(of: key).span, into: &value)
        return reading?.isFound == true ? DecimalInteger.parse(value.span) : nil
    }

    private static func name(of key: Int) -> [UInt8] { Array("led/\(key)".utf8) }
}
