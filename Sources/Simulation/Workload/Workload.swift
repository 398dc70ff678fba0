import Causality
import DataModel
import Platform

/// Simulated clients of all nodes: request after request, each to a drawn node.
package final class Workload {
    private let cluster: SimulatedCluster
    private let mix: WorkloadMix
    private var draws: OrdinalDraws
    /// The generator of the present request; see ``OrdinalDraws``.
    private var random: SimulationRandom
    private var tokens: [ReadToken] = []
    /// Values the present request has drawn.
    private var drawnValues = 0
    private var isStopped = false
    /// Requests that nodes took.
    package private(set) var accepted = 0
    /// Requests that were made.
    package private(set) var made = 0
    /// Every request that was made, in order.
    package private(set) var records: [RequestRecord] = []

    private static let tokensKept = 24

    /// A load that has not begun; keep it for as long as the cluster runs.
    package init(_ mix: WorkloadMix, on cluster: SimulatedCluster) {
        self.mix = mix
        self.cluster = cluster
        self.random = cluster.scheduler.random.child("workload")
        self.draws = OrdinalDraws(self.random, only: mix.only)
    }

    /// Begins with requests.
    package func start() { self.scheduleNext() }

    /// Ends all requests.
    package func stop() { self.isStopped = true }

    private func scheduleNext() {
        guard !self.isStopped, self.draws.ordinal < self.mix.requests else { return }
        self.random = self.draws.next()
        self.drawnValues = 0
        self.cluster.scheduler.schedule(after: self.mix.pause.draw(&self.random), .workload) { [unowned self] in
            guard !self.isStopped else { return }
            if self.draws.isOn {
                self.made += 1
                self.request()
            }
            self.scheduleNext()
        }
    }

    private func request() {
        let node = self.cluster.nodes[self.random.below(self.cluster.nodes.count)]
        let client = SimulatedClient(of: node, in: self.cluster)
        let outcome: ClientOutcome
        let request = self.mix.draw(&self.random)
        switch request {
        case .put: outcome = client.put(self.drawKey(), self.drawValue())
        case .delete: outcome = client.delete(self.drawKey(counters: true))
        case .increment:
            let name = (self.random.chance(0.3) ? "cut/" : ClusterSettings.counterPrefix.description)
            let amount = Int64(self.random.below(20)) - 5
            outcome = client.increment(Key(name + String(self.random.below(self.mix.keysPerPrefix))), by: amount)
        case .batch: outcome = client.apply(self.drawBatch())
        case .expiringPut:
            let wallNow = node.machine.clock.reading(at: self.cluster.scheduler.now).milliseconds
            let expiry = wallNow + 50 + self.random.below(UInt64(6000))
            outcome = client.put(self.drawKey(), self.drawValue(), expiry: expiry)
        case .read:
            self.read(client)
            outcome = .nothing
        case .stalePut: outcome = self.drawToken().map { self.put($0, client) } ?? .nothing
        case .staleDelete:
            outcome = self.drawToken().map { client.delete(Key($0.key), after: $0) } ?? .nothing
        }
        self.records.append(
            RequestRecord(
                ordinal: self.draws.ordinal, name: request.name, node: node.number, time: self.cluster.elapsed,
                outcome: outcome))
        self.note(outcome)
    }

    private func put(_ token: ReadToken, _ client: SimulatedClient) -> ClientOutcome {
        client.put(Key(token.key), self.drawValue(), after: token)
    }

    private func read(_ client: SimulatedClient) {
        client.read(self.drawKey()) { [weak self] token in
            guard let self else { return }
            if self.tokens.count >= Workload.tokensKept { self.tokens.removeFirst() }
            self.tokens.append(token)
        }
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

    private func drawToken() -> ReadToken? {
        self.tokens.isEmpty ? nil : self.tokens[self.random.below(self.tokens.count)]
    }

    private func drawKey(counters: Bool = false) -> Key {
        var prefix = self.mix.prefixes[self.random.below(self.mix.prefixes.count)]
        if counters, self.random.chance(0.2) { prefix = "cut/" }
        return Key(prefix + "k" + String(self.random.below(self.mix.keysPerPrefix)))
    }

    /// A value that no other write has, and that says which request wrote it.
    private func drawValue() -> [UInt8] {
        self.drawnValues += 1
        let part = self.drawnValues == 1 ? "" : ".\(self.drawnValues)"
        var value = Array("v\(self.draws.ordinal)\(part),".utf8)
        let length = self.random.chance(0.1) ? self.mix.valueLength : min(self.mix.valueLength, 60)
        let padding = self.random.below(length + 1) - value.count
        if padding > 0 {
            value += [UInt8](repeating: UInt8(97 + (self.draws.ordinal + self.drawnValues) % 26), count: padding)
        }
        return value
    }

    private func drawBatch() -> [Write] {
        (0..<(2 + self.random.below(6))).map { _ in
            let key = self.drawKey().bytes
            return self.random.chance(0.2)
                ? Write(key: key, operation: .delete, value: [], expiry: nil)
                : Write(key: key, operation: .put, value: self.drawValue(), expiry: nil)
        }
    }
}
