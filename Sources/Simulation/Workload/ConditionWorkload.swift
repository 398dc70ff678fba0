import Causality
import DataModel

/// Writes that are made only if the key is absent, present, or as it was read: at one node a condition
/// and its write are one step.
///
/// So no second write succeeds because the key was absent, unless what the first wrote was deleted.
final class ConditionWorkload: Workload {
    private let cluster: SimulatedCluster
    private var random = SimulationRandom(seed: 0)
    private(set) var lastRequest = ""
    private var tokens: [ReadToken] = []

    private static let keyCount = 3
    private static let tokensKept = 6

    init(on cluster: SimulatedCluster) {
        self.cluster = cluster
    }

    func request(_ client: SimulatedClient, _ ordinal: Int, _ random: SimulationRandom) -> ClientOutcome {
        self.random = random
        let key = Key("once/\(self.random.below(ConditionWorkload.keyCount))")
        let value = Array("c\(ordinal)".utf8)
        let draw = self.random.below(10)
        let names = [
            "put if absent", "put if present", "delete", "delete", "put if unchanged", "put if unchanged", "read",
        ]
        self.lastRequest = names[max(0, draw - 3)]
        switch draw {
        case 0...3: return self.put(key, value, ifPresent: false, client)
        case 4: return self.put(key, value, ifPresent: true, client)
        case 5, 6: return client.delete(key)
        case 7, 8: return self.replace(value, client)
        default:
            client.read(key) { [weak self] token in
                guard let self else { return }
                if self.tokens.count >= ConditionWorkload.tokensKept { self.tokens.removeFirst() }
                self.tokens.append(token)
            }
            return .nothing
        }
    }

    private func put(_ key: Key, _ value: [UInt8], ifPresent wanted: Bool, _ client: SimulatedClient) -> ClientOutcome {
        guard let isPresent = client.sees(key) else { return .unavailable }
        let present = client.tips(of: key).filter { $0.operation != .delete }
        if isPresent == present.isEmpty {
            self.cluster.report(
                Finding(
                    .condition,
                    "\(client.node.name) takes \(key) to be \(isPresent ? "present" : "absent"), and it is not",
                    present.map(\.dot)))
        }
        return isPresent == wanted ? client.put(key, value) : .nothing
    }

    /// Writes if the siblings are still those that were read, perhaps on another node.
    private func replace(_ value: [UInt8], _ client: SimulatedClient) -> ClientOutcome {
        guard !self.tokens.isEmpty else { return .nothing }
        let token = self.tokens[self.random.below(self.tokens.count)]
        let isLost = token.writes.contains { client.history.writes[$0].isLost }
        guard !isLost, client.context(of: Key(token.key)) == token.context else { return .nothing }
        let tips = client.tips(of: Key(token.key)).filter { $0.operation != .delete }.map(\.dot)
        let read = token.writes.map { client.history.writes[$0] }.filter { $0.operation != .delete }.map(\.dot)
        if tips.sorted() != read.sorted() {
            self.cluster.report(
                Finding(
                    .condition, "\(client.node.name) takes \(Key(token.key)) to be as it was read, and it is not",
                    tips))
        }
        return client.put(Key(token.key), value, after: token)
    }
}
