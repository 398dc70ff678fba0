import Causality
import DataModel
import Journal
import Platform
import Replication

/// Scans in small pages, turns apart, of keys that are written meanwhile: a key that is there from before
/// a scan begins until after it ends is met, once and in its place where the scan has an order.
final class ScanWorkload: Workload {
    private let cluster: SimulatedCluster
    private var random = SimulationRandom(seed: 0)
    private(set) var lastRequest = ""
    private var underWay = 0
    private(set) var finished = 0

    static let prefix: [UInt8] = Array("scan/".utf8)
    static let end: [UInt8] = Array("scan0".utf8)
    private static let keyCount = 24
    private static let scansAtOnce = 4

    init(on cluster: SimulatedCluster) {
        self.cluster = cluster
    }

    func setUp() {
        for number in 0..<ScanWorkload.keyCount where number % 2 == 0 {
            SimulatedClient(of: self.cluster.nodes[number % self.cluster.nodes.count], in: self.cluster)
                .put(self.key(number), [1])
        }
    }

    func request(_ client: SimulatedClient, _ ordinal: Int, _ random: SimulationRandom) -> ClientOutcome {
        self.random = random
        let key = self.key(self.random.below(ScanWorkload.keyCount))
        let draw = self.random.below(10)
        self.lastRequest = draw < 2 ? "delete" : draw < 4 ? "scan" : "put"
        switch draw {
        case 0, 1: return client.delete(key)
        case 2, 3:
            self.begin(client)
            return .nothing
        default: return client.put(key, Array("s\(ordinal)".utf8))
        }
    }

    private func key(_ number: Int) -> Key { Key("scan/\(number)") }

    private func begin(_ client: SimulatedClient) {
        guard self.underWay < ScanWorkload.scansAtOnce, client.node.isServing, let replica = client.node.replica
        else { return }
        let form = ScanRun.Form.allCases[self.random.below(ScanRun.Form.allCases.count)]
        var run = ScanRun(form, pageCount: 1 + self.random.below(5), node: client.node, replica, client.history)
        self.underWay += 1
        self.goOn(&run, SimulationRandom(seed: self.random.next()))
    }

    /// Reads a page, and the next one some time later, unless the process has ended meanwhile.
    private func goOn(_ run: inout ScanRun, _ random: SimulationRandom) {
        guard run.node.starts == run.start, run.node.isRunning else {
            self.underWay -= 1
            return
        }
        var finding: Finding?
        let history = self.cluster.history
        let isOver = run.node.perform { replica -> Bool in
            // A scan that the disk refuses ends without a word about what it has not met.
            guard let isLast = run.readPage(replica) else { return true }
            guard isLast else { return false }
            do throws(Finding) {
                try ScanChecker().check(run, replica, history)
            } catch {
                finding = error
            }
            return true
        }
        if let finding { self.cluster.report(finding) }
        if isOver == true {
            self.underWay -= 1
            self.finished += 1
            return
        }
        let next = run
        var later = random
        let pause = Delay.milliseconds(later.below(UInt64(30)))
        self.cluster.scheduler.schedule(after: pause, .workload) { [weak self, later] in
            var run = next
            self?.goOn(&run, later)
        }
    }
}
