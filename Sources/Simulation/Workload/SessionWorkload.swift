import Platform

/// Clients that send requests without waiting for replies, over the simulated network, to sessions that the
/// production driver serves: one reply to each, in order, and none that a crash could belie.
final class SessionWorkload: Workload {
    private let cluster: SimulatedCluster
    private var random = SimulationRandom(seed: 0)
    private(set) var lastRequest = ""
    private let ledger: SessionLedger
    private let clients: [SessionClient]

    private static let clientCount = 3
    private static let keyCount = 4

    init(on cluster: SimulatedCluster) {
        self.cluster = cluster
        let ledger = SessionLedger()
        self.ledger = ledger
        self.clients = (0..<SessionWorkload.clientCount).map { SessionClient($0, on: cluster, ledger) }
        cluster.makeSession = { [unowned cluster] node, connection in
            guard node.clientCount < cluster.settings.maximumClients else { return nil }
            return SimulatedSession(on: node, in: cluster, ledger, connection)
        }
    }

    func setUp() {
        for client in self.clients { client.start() }
    }

    func request(_ client: SimulatedClient, _ ordinal: Int, _ random: SimulationRandom) -> ClientOutcome {
        self.random = random
        let number = self.random.below(self.clients.count)
        if self.random.chance(0.1) {
            self.lastRequest = "hang up"
            self.clients[number].hangUp()
            return .nothing
        }
        self.lastRequest = "pipeline"
        self.clients[number].ask(self.drawLines(ordinal), at: client.node)
        return .nothing
    }

    private func drawLines(_ ordinal: Int) -> [(verb: String, rest: String)] {
        (0..<(1 + self.random.below(6))).map { part in
            let key = "session/\(self.random.below(SessionWorkload.keyCount))"
            switch self.random.below(10) {
            case 0...5:
                let padding = self.random.chance(0.2) ? String(repeating: "y", count: 300) : ""
                return ("P", "\(key) p\(ordinal).\(part)\(padding)")
            case 6...8: return ("G", key)
            default: return ("W", "1")
            }
        }
    }

    var isAtRest: Bool { self.clients.allSatisfy(\.isAtRest) }

    /// Called when the cluster is at rest, and again after every node has taken one more write: in between
    /// every node answers a request on a new connection, however long that takes.
    func checkAtRest() throws(Finding) {
        for (number, client) in self.clients.enumerated() {
            client.hangUp()
            // A node may have room for no more than one; without others, it is asked by one.
            guard number < self.cluster.nodes.count else { continue }
            client.isPatient = true
            client.ask(
                [("P", "session/last/\(number) p"), ("W", "1"), ("G", "session/last/\(number)")],
                at: self.cluster.nodes[number % self.cluster.nodes.count])
        }
    }
}
