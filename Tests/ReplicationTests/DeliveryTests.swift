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
            // Around the pause after which an idle conversation parts, or within a running round.
            if number.isMultiple(of: 2) {
                cluster.run(for: .microseconds(990_000 + random.next() % 40_000))
            } else {
                cluster.run(for: .milliseconds(100))
                _ = try Self.write("first", to: cluster)
                cluster.run(for: .microseconds(random.next() % 12_000))
            }
            let dot = try Self.write("k\(number)", to: cluster)
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

    @Test(arguments: 1...12)
    func `a node that lost its power is listened to as soon as it is back`(seed: UInt64) throws {
        var settings = ClusterSettings()
        settings.nodeCount = 2
        // A system does not find out for itself that the other end is gone.
        settings.network.streamTimeout = .seconds(3600)
        let cluster = SimulatedCluster(seed: seed, settings: settings)
        try cluster.startAll()
        #expect(cluster.run(atMost: .seconds(10)) { cluster.isConverged })
        // Somewhere in the round that this begins it is as if the other side had stopped in mid-sentence.
        _ = try Self.write("first", to: cluster, node: 1)
        cluster.run(for: .microseconds(2_000 + seed * 500))
        cluster.nodes[0].crash(isSilent: true)
        cluster.run(for: .milliseconds(300))
        try cluster.nodes[0].start()
        cluster.run(for: .milliseconds(20))
        let dot = try Self.write("second", to: cluster)
        let isSeen = cluster.run(atMost: .seconds(5)) {
            cluster.nodes[1].replica?.journal.context.contains(dot) ?? false
        }
        #expect(isSeen)
        #expect(cluster.violation == nil)
    }

    private static func write(_ key: String, to cluster: SimulatedCluster, node: Int = 0) throws -> Dot {
        let written = cluster.nodes[node].perform { replica in
            try? replica.put(Array(key.utf8).span, [1].span).dot
        }
        return try #require(written ?? nil)
    }

    @Test func `a context with more gaps than a message may hold does not stop conversations`() throws {
        var settings = ClusterSettings()
        settings.nodeCount = 2
        settings.segmentLength = 4 * 1024 * 1024
        // Few turns: after each a checker looks at the whole context.
        settings.network.smallChunkRate = 0
        settings.network.maximumChunk = 1 << 20
        settings.network.sendBuffer = 1 << 20
        settings.network.receiveBuffer = 1 << 20
        settings.limits.readLength = 1 << 20
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
