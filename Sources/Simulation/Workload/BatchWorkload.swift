import Causality
import DataModel

/// Groups of keys that are only ever written together: wherever one key of a group shows a batch, the
/// others show the same.
final class BatchWorkload: Workload {
    private let cluster: SimulatedCluster
    private var random = SimulationRandom(seed: 0)
    let lastRequest = "batch of a group"

    private static let groupCount = 2
    private static let keyCount = 4

    init(on cluster: SimulatedCluster) {
        self.cluster = cluster
    }

    func request(_ client: SimulatedClient, _ ordinal: Int, _ random: SimulationRandom) -> ClientOutcome {
        self.random = random
        let group = self.random.below(BatchWorkload.groupCount)
        // Long ones do not fit into one message with others, nor into what is left of a segment.
        let padding = [UInt8](repeating: UInt8(ascii: "x"), count: self.random.chance(0.2) ? 400 : 0)
        let value = Array("b\(ordinal),".utf8) + padding
        return client.apply(
            (0..<BatchWorkload.keyCount).map { Write(key: self.key(group, $0), operation: .put, value: value) },
            inTransaction: self.random.chance(0.4))
    }

    private func key(_ group: Int, _ number: Int) -> [UInt8] { Array("batch/\(group)/\(number)".utf8) }

    func check() throws(Finding) {
        // Of a batch that was damaged on its only disk, what is intact is kept.
        if !self.cluster.mayBreakBatches(isAtRest: false) { try self.checkGroups() }
    }

    func checkAtRest() throws(Finding) {
        if !self.cluster.mayBreakBatches(isAtRest: true) { try self.checkGroups() }
    }

    private func checkGroups() throws(Finding) {
        for node in self.cluster.nodes {
            guard let replica = node.replica else { continue }
            for group in 0..<BatchWorkload.groupCount {
                let expected = self.batches(self.key(group, 0), SimulatedClient.live(self.key(group, 0), replica))
                for number in 1..<BatchWorkload.keyCount {
                    let live = SimulatedClient.live(self.key(group, number), replica)
                    guard self.batches(self.key(group, number), live) != expected else { continue }
                    throw Finding(
                        .batch,
                        "the keys of group \(group), always written together, show different batches on "
                            + node.name, live)
                }
            }
        }
    }

    /// The first dots of the batches that these records belong to.
    private func batches(_ key: [UInt8], _ live: [Dot]) -> [Dot] {
        live.compactMap { dot in
            self.cluster.history[dot]?.batch.map { Dot(peer: dot.peer, sequence: $0.lowerBound) }
        }.sorted()
    }
}
