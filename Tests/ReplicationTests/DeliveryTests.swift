import Causality
import DataModel
import Journal
import Platform
import Replication
import Simulation
import Testing

/// How soon a write is seen elsewhere.
struct DeliveryTests {
    @Test(arguments: 1...4)
    func `a write is seen soon by a peer, whatever their conversation is doing`(seed: UInt64) throws {
        var settings = ClusterSettings()
        settings.nodeCount = 2
        settings.network.latency = DelayRange(.milliseconds(1), .milliseconds(3))
        settings.storage.sync = DelayRange(.milliseconds(1), .milliseconds(8))
        let cluster = SimulatedCluster(seed: seed, settings: settings)
        try cluster.startAll()
        #expect(cluster.run(atMost: .seconds(10)) { cluster.isConverged })
        var random = SimulationRandom(seed: seed)
        var slowest = Delay.zero
        for number in 0..<120 {
            // Around the pause after which an idle conversation parts, and within running rounds.
            let pause = number.isMultiple(of: 3) ? 990 + random.next() % 60 : random.next() % 40
            cluster.run(for: .milliseconds(pause))
            let written = cluster.nodes[0].perform { replica in
                try? replica.put(Array("k\(number)".utf8).span, [1].span).dot
            }
            let dot = try #require(written ?? nil)
            let start = cluster.elapsed
            let isSeen = cluster.run(atMost: .seconds(60)) {
                cluster.nodes[1].replica?.journal.context.contains(dot) ?? false
            }
            #expect(isSeen)
            slowest = max(slowest, Delay(nanoseconds: cluster.elapsed.nanoseconds - start.nanoseconds))
        }
        #expect(slowest < .milliseconds(200), "\(slowest)")
        #expect(cluster.violation == nil)
    }

    @Test func `a context with more gaps than a message may hold does not stop conversations`() throws {
        var settings = ClusterSettings()
        settings.nodeCount = 2
        settings.segmentLength = 4 * 1024 * 1024
        let cluster = SimulatedCluster(seed: 9, settings: settings)
        try cluster.startAll()
        #expect(cluster.run(atMost: .seconds(10)) { cluster.isConverged })
        cluster.cut(0, 1)
        for peer in [UInt64(501), 502] {
            var context = CausalContext()
            for number in 1...UInt64(DataLimits.contextRanges / 2 + 100) {
                context.insert(Dot(peer: PeerID(rawValue: peer), sequence: 2 * number))
            }
            // As records received one by one would leave it.
            let isJoined = cluster.nodes[0].perform { replica in
                guard replica.journal.admit(byteCount: replica.journal.joinBytes(context: context, floor: nil)) == .now
                else { return false }
                return (try? replica.journal.join(context: context, floor: nil)) != nil
            }
            #expect(isJoined == true)
        }
        let dots = cluster.nodes.map { node in
            node.perform { replica in try? replica.put([UInt8(node.number)].span, [1].span).dot } ?? nil
        }
        cluster.run(for: .milliseconds(100))
        cluster.heal(0, 1)
        let isSeen = cluster.run(atMost: .seconds(30)) {
            cluster.nodes.allSatisfy { node in
                dots.allSatisfy { dot in dot.map { node.replica?.journal.context.contains($0) ?? false } ?? false }
            }
        }
        #expect(isSeen)
        #expect(cluster.nodes.allSatisfy { $0.counters.conversationsRefused == 0 })
    }
}
