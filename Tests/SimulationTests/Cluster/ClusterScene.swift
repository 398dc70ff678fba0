import Causality
import DataModel
import Platform
import Replication
import Simulation
import Testing

/// A simulated cluster that is started, with what the scenarios ask of it again and again.
struct ClusterScene {
    let cluster: SimulatedCluster

    init(
        nodes: Int = 3, _ topology: ClusterTopology = .mesh, seed: UInt64 = 1,
        _ change: (inout ClusterSettings) -> Void = { _ in }
    ) throws {
        var settings = ClusterSettings()
        settings.nodeCount = nodes
        settings.topology = topology
        change(&settings)
        self.cluster = SimulatedCluster(seed: seed, settings: settings)
        try self.cluster.startAll()
        self.run(.seconds(2))
    }

    func node(_ number: Int) -> SimulatedNode { self.cluster.nodes[number] }

    func client(_ number: Int) -> SimulatedClient {
        SimulatedClient(of: self.cluster.nodes[number], in: self.cluster)
    }

    func run(_ delay: Delay) { self.cluster.run(for: delay) }

    /// Waits until all nodes are equal, and checks everything that holds at rest.
    func expectEquality(within limit: Delay = .seconds(40), sourceLocation: SourceLocation = #_sourceLocation) {
        let isEqual = self.cluster.run(atMost: limit) { self.cluster.isConverged }
        if isEqual { self.cluster.checkAtRest() }
        let differences = self.cluster.differences
        #expect(isEqual, "\(differences)", sourceLocation: sourceLocation)
        self.expectSoundness(sourceLocation: sourceLocation)
    }

    func expectSoundness(sourceLocation: SourceLocation = #_sourceLocation) {
        let violation = self.cluster.violation
        #expect(violation == nil, "\(violation?.description ?? "")", sourceLocation: sourceLocation)
    }

    /// Writes so many keys on a node, some milliseconds apart; some of them are deleted again.
    func write(_ count: Int, on number: Int, prefix: String = "key/", deletingEvery: Int = 0) {
        for index in 0..<count {
            let key = Key(prefix + String(index))
            while case .busy = self.client(number).put(key, Array("\(prefix)\(index) of \(number)".utf8)) {
                self.run(.milliseconds(5))
            }
            if deletingEvery > 0, index % deletingEvery == 0 {
                while case .busy = self.client(number).delete(key) { self.run(.milliseconds(5)) }
            }
            if index % 10 == 9 { self.run(.milliseconds(5)) }
        }
    }

    /// Reads what a node's readers see, as text.
    func text(_ key: Key, on number: Int) -> String? {
        self.client(number).value(of: key).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The sentences of failures that a node has reported.
    func failures(on number: Int) -> [String] {
        self.node(number).events.compactMap { event in
            if case .failed(let text) = event { text } else { nil }
        }
    }
}
