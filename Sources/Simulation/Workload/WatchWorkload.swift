import DataModel
import Platform

/// Writes of a few keys, and on every node a reader of its change feed who keeps a copy of what he was told:
/// slow, forgetful, and now and then reading on from another node. In the end every copy is what is there.
final class WatchWorkload: Workload {
    private let cluster: SimulatedCluster
    private var random = SimulationRandom(seed: 0)
    private(set) var lastRequest = ""
    /// One per node, who reads there at first.
    private let watchers: [Watcher]

    private static let keyCount = 6

    init(on cluster: SimulatedCluster) {
        self.cluster = cluster
        let random = cluster.scheduler.random.child("watchers")
        self.watchers = cluster.nodes.map { Watcher(at: $0.number, in: cluster, random.child($0.number)) }
    }

    func setUp() {
        for watcher in self.watchers { watcher.start() }
    }

    func request(_ client: SimulatedClient, _ ordinal: Int, _ random: SimulationRandom) -> ClientOutcome {
        self.random = random
        let draw = self.random.below(10)
        let key = Key("watch/\(self.random.below(WatchWorkload.keyCount))")
        self.lastRequest = draw < 3 ? "delete" : draw < 5 ? "batch" : "put"
        switch draw {
        case 0...2: return client.delete(key)
        case 3, 4:
            return client.apply(
                (0..<3).map {
                    Write(key: Array("watch/\($0)".utf8), operation: .put, value: Array("w\(ordinal)".utf8))
                })
        default: return client.put(key, Array("w\(ordinal)".utf8))
        }
    }

    func stop() {
        for watcher in self.watchers { watcher.settle() }
    }

    var isAtRest: Bool { self.watchers.allSatisfy(\.isAtRest) }

    func checkAtRest() throws(Finding) {
        for watcher in self.watchers { try watcher.checkCopy() }
    }
}
