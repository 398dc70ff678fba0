import Causality
import DataModel

/// Overwrites and reads of a few keys, the clients of a node hearing of each other's writes.
///
/// What a node has acknowledged, it shows from then on, or a successor; after a crash too.
final class RegisterWorkload: Workload {
    /// The last write of a key that a client of a node was told is done.
    private struct Told {
        var index: Int
        /// Of which disk; what another one holds is not known.
        var disk: Int
    }

    private let cluster: SimulatedCluster
    private var random = SimulationRandom(seed: 0)
    private(set) var lastRequest = ""
    /// Per node and key.
    private var told: [[Told?]]

    private static let keyCount = 3

    init(on cluster: SimulatedCluster) {
        self.cluster = cluster
        self.told = cluster.nodes.map { _ in [Told?](repeating: nil, count: RegisterWorkload.keyCount) }
    }

    func request(_ client: SimulatedClient, _ ordinal: Int, _ random: SimulationRandom) -> ClientOutcome {
        self.random = random
        let number = self.random.below(RegisterWorkload.keyCount)
        self.lastRequest = "put of a register"
        if self.random.chance(0.4) {
            self.lastRequest = "read of a register"
            self.read(number, client)
            return .nothing
        }
        let outcome = client.put(RegisterWorkload.key(number), Array("r\(ordinal)".utf8))
        if case .written(let index) = outcome {
            let (node, disk) = (client.node.number, client.node.disk)
            client.node.whenAcknowledged(client.history.writes[index].heldUntil) { [weak self] in
                self?.told[node][number] = Told(index: index, disk: disk)
            }
        }
        return outcome
    }

    private static func key(_ number: Int) -> Key { Key("reg/\(number)") }

    private func read(_ number: Int, _ client: SimulatedClient) {
        let told = self.told[client.node.number][number]
        let disk = client.node.disk
        client.read(RegisterWorkload.key(number)) { [weak self] token in
            guard let self, let told, told.disk == disk else { return }
            self.cluster.check { () throws(Finding) in
                try SessionChecker().check(token, sees: told.index, node: client.node.name, client.history)
            }
        }
    }
}
