import Causality
import DataModel
import Platform

/// Requests of every sort on the same few keys, viewed by every resolver.
final class MixedWorkload: Workload {
    private let cluster: SimulatedCluster
    private let mix: WorkloadMix
    private var random = SimulationRandom(seed: 0)
    private(set) var lastRequest = ""
    private var tokens: [ReadToken] = []
    /// The number of the present request, and how many values it has drawn.
    private var ordinal = 0
    private var drawnValues = 0

    private static let tokensKept = 24

    init(_ mix: WorkloadMix, on cluster: SimulatedCluster) {
        self.mix = mix
        self.cluster = cluster
    }

    func request(_ client: SimulatedClient, _ ordinal: Int, _ random: SimulationRandom) -> ClientOutcome {
        self.random = random
        self.ordinal = ordinal
        self.drawnValues = 0
        let request = self.mix.draw(&self.random)
        self.lastRequest = request.name
        switch request {
        case .put: return client.put(self.drawKey(), self.drawValue())
        case .delete: return client.delete(self.drawKey(counters: true))
        case .increment:
            let name = (self.random.chance(0.3) ? "cut/" : ClusterSettings.counterPrefix.description)
            let amount = Int64(self.random.below(20)) - 5
            return client.increment(Key(name + String(self.random.below(self.mix.keysPerPrefix))), by: amount)
        case .batch: return client.apply(self.drawBatch())
        case .expiringPut:
            let expiry = client.node.wallNow.milliseconds + 50 + self.random.below(UInt64(6000))
            return client.put(self.drawKey(), self.drawValue(), expiry: expiry)
        case .read:
            self.read(client)
            return .nothing
        case .stalePut: return self.drawToken().map { self.put($0, client) } ?? .nothing
        case .staleDelete:
            return self.drawToken().map { client.delete(Key($0.key), after: $0) } ?? .nothing
        }
    }

    private func put(_ token: ReadToken, _ client: SimulatedClient) -> ClientOutcome {
        client.put(Key(token.key), self.drawValue(), after: token)
    }

    private func read(_ client: SimulatedClient) {
        client.read(self.drawKey()) { [weak self] token in
            guard let self else { return }
            if self.tokens.count >= MixedWorkload.tokensKept { self.tokens.removeFirst() }
            self.tokens.append(token)
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
        var value = Array("v\(self.ordinal)\(part),".utf8)
        let length = self.random.chance(0.1) ? self.mix.valueLength : min(self.mix.valueLength, 60)
        let padding = self.random.below(length + 1) - value.count
        if padding > 0 {
            value += [UInt8](repeating: UInt8(97 + (self.ordinal + self.drawnValues) % 26), count: padding)
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
