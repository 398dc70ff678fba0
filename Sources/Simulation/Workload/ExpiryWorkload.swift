import DataModel
import Journal
import Platform
import Replication

/// Values that expire soon, some that do not, and deletes. Every way to look at a key agrees with the
/// history and the node's wall clock about whether there is anything to see.
final class ExpiryWorkload: Workload {
    private let cluster: SimulatedCluster
    private var random = SimulationRandom(seed: 0)
    private(set) var lastRequest = ""

    private static let keyCount = 4

    init(on cluster: SimulatedCluster) {
        self.cluster = cluster
    }

    func request(_ client: SimulatedClient, _ ordinal: Int, _ random: SimulationRandom) -> ClientOutcome {
        self.random = random
        let key = Key("ttl/\(self.random.below(ExpiryWorkload.keyCount))")
        let value = Array("t\(ordinal)".utf8)
        let draw = self.random.below(10)
        self.lastRequest = draw == 0 ? "delete" : draw == 1 ? "put" : draw < 6 ? "put with expiry" : "look"
        switch draw {
        case 0: return client.delete(key)
        case 1: return client.put(key, value)
        case 2...5:
            let lifetime = 1 + self.random.below(UInt64(self.random.chance(0.5) ? 60 : 4000))
            return client.put(key, value, expiry: client.node.wallNow.milliseconds + lifetime)
        default:
            self.look(at: key, client)
            return .nothing
        }
    }

    private func look(at key: Key, _ client: SimulatedClient) {
        let (history, name) = (client.history, client.node.name)
        let found = client.node.perform { replica -> Finding? in
            do throws(Finding) {
                try VisibilityChecker(latestWall: self.cluster.latestWall).check(
                    key.bytes, replica, node: name, history)
                return nil
            } catch {
                return error
            }
        }
        if let finding = found ?? nil { self.cluster.report(finding) }
    }

    func checkAtRest() throws(Finding) {
        for node in self.cluster.nodes {
            guard let replica = node.replica else { continue }
            replica.beginTurn(now: self.cluster.scheduler.now, wallNow: node.wallNow)
            for number in 0..<ExpiryWorkload.keyCount {
                try VisibilityChecker(latestWall: self.cluster.latestWall).check(
                    Array("ttl/\(number)".utf8), replica, node: node.name, self.cluster.history)
            }
        }
    }
}
