import AntiEntropy
import Causality
import DataModel
import Journal
import Platform
import Replication
import Simulation
import Testing

/// What peers that claim too much, or read too little, can do to a node.
struct HostilePeerTests {
    private static func makeCluster(_ seed: UInt64) throws -> SimulatedCluster {
        var settings = ClusterSettings()
        settings.nodeCount = 1
        settings.segmentLength = 1024 * 1024
        let cluster = SimulatedCluster(seed: seed, settings: settings)
        try cluster.startAll()
        cluster.run(for: .milliseconds(50))
        return cluster
    }

    private static func makePeer(in cluster: SimulatedCluster) -> ScriptedPeer {
        ScriptedPeer(
            77, cluster: cluster.settings.cluster, from: cluster.fabric.attach(host: "10.9.9.9"),
            to: SimulatedCluster.address(0))
    }

    private static func put(_ key: Key, in cluster: SimulatedCluster, length: Int = 1) throws {
        _ = try cluster.nodes[0].perform { replica in
            Result { try replica.put(key.bytes.span, [UInt8](repeating: 1, count: length).span) }
        }?.get()
    }

    @Test func `a closing that cannot be joined ends its conversation and nothing else`() throws {
        let cluster = try Self.makeCluster(1)
        try Self.put("k", in: cluster)
        let peer = Self.makePeer(in: cluster)
        // As many peers as a context may name, and the node itself is one more.
        for number in 0..<UInt64(DataLimits.contextPeers) {
            peer.closing.context.insert(Dot(peer: PeerID(rawValue: 1000 + number), sequence: 1))
        }
        peer.run(cluster, for: .seconds(2))
        guard case .refused(let refusal)? = peer.ending else {
            Issue.record("the closing was joined: \(String(describing: peer.ending))")
            return
        }
        #expect(refusal.code == .limit)
        // The log goes on: nothing of the failed join is in its way.
        try Self.put("l", in: cluster)
        cluster.run(for: .milliseconds(200))
        let journal = try #require(cluster.nodes[0].replica?.journal)
        #expect(journal.syncedLSN == journal.appendedLSN)
        #expect(cluster.violation == nil)
    }

    @Test(arguments: [true, false])
    func `a node takes a new peer ID when a peer knows of more of its writes`(inDigest: Bool) throws {
        let cluster = try Self.makeCluster(2)
        try Self.put("k", in: cluster)
        let before = try #require(cluster.nodes[0].replica?.journal.identity.peer)
        let peer = Self.makePeer(in: cluster)
        peer.closing.context.insert(1...50, of: before)
        if inDigest { peer.digest.context.insert(1...50, of: before) }
        peer.run(cluster, for: .seconds(1))
        cluster.run(for: .seconds(1))
        let replica = try #require(cluster.nodes[0].replica)
        #expect(replica.journal.identity.peer != before)
        #expect(replica.isServing)
    }

    @Test func `a node whose log has failed goes on to serve though it should take a new peer ID`() throws {
        let cluster = try Self.makeCluster(3)
        let before = try #require(cluster.nodes[0].replica?.journal.identity.peer)
        cluster.nodes[0].machine.files.conditions.syncFailureRate = 1
        try Self.put("k", in: cluster)
        cluster.run(for: .milliseconds(200))
        #expect(cluster.nodes[0].replica?.journal.failure != nil)
        let peer = Self.makePeer(in: cluster)
        peer.digest.context.insert(1...50, of: before)
        peer.closing.context.insert(1...50, of: before)
        peer.run(cluster, for: .seconds(1))
        #expect(!peer.heard.isEmpty)
        #expect(cluster.nodes[0].replica?.isServing == true)
    }

    @Test func `a link whose other side does not read is closed in time`() throws {
        let cluster = try Self.makeCluster(4)
        for number in 0..<40 { try Self.put(Key("k\(number)"), in: cluster, length: 16_000) }
        cluster.run(for: .milliseconds(500))
        let peer = Self.makePeer(in: cluster)
        peer.run(cluster, for: .milliseconds(20))
        peer.isReading = false
        peer.run(cluster, for: .seconds(60))
        peer.isReading = true
        peer.run(cluster, for: .seconds(2))
        #expect(peer.isClosed)
    }
}
