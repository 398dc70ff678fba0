import AntiEntropy
import ByteCoding
import Causality
import DataModel
import Journal
import Platform
import Simulation
import Testing

@testable import Replication

/// What peers that claim too much, or read too little, can do to a node.
struct HostilePeerTests {
    private static func makeCluster(_ seed: UInt64, segmentLength: Int = 64 * 1024) throws -> SimulatedCluster {
        var settings = ClusterSettings()
        settings.nodeCount = 1
        settings.segmentLength = segmentLength
        // A system waits for long while the other side says that it lives and has no room.
        settings.network.streamTimeout = .seconds(3600)
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
        let cluster = try Self.makeCluster(4, segmentLength: 1024 * 1024)
        for number in 0..<40 { try Self.put(Key("k\(number)"), in: cluster, length: 16_000) }
        cluster.run(for: .milliseconds(500))
        let peer = Self.makePeer(in: cluster)
        for _ in 0..<100 where peer.heard.isEmpty { peer.run(cluster, for: .milliseconds(1)) }
        #expect(!peer.heard.isEmpty)
        #expect(cluster.nodes[0].driver?.connectionCount == 1)
        cluster.run(for: .seconds(60))
        #expect(cluster.nodes[0].driver?.connectionCount == 0)
    }

    @Test func `a batch with a key whose siblings replace too much is refused whole`() throws {
        let cluster = try Self.makeCluster(5, segmentLength: 1024 * 1024)
        let refused = try #require(
            cluster.nodes[0].perform { replica in
                for peer in [UInt64(601), 602] { Self.receiveRecordWithHugeContext(of: "k", from: peer, replica) }
                let writes = ["l", "k"].map { Write(key: Array($0.utf8), value: [1]) }
                return Result { try replica.apply(writes) }
            })
        guard case .failure(ReplicaError.journal(JournalError.contextTooLarge)) = refused else {
            Issue.record("\(refused)")
            return
        }
        #expect(cluster.nodes[0].replica?.journal.index.find(Array("l".utf8).span) == nil)
        try Self.put("m", in: cluster)
        cluster.run(for: .milliseconds(500))
        let journal = try #require(cluster.nodes[0].replica?.journal)
        #expect(journal.syncedLSN == journal.appendedLSN)
    }

    /// Half as many ranges as a context may hold, and some: two of these together are too many.
    private static func receiveRecordWithHugeContext(of key: String, from peer: UInt64, _ replica: Replica) {
        var context = CausalContext()
        for number in 1...UInt64(DataLimits.contextRanges / 2 + 8) {
            context.insert(Dot(peer: PeerID(rawValue: peer + 1000), sequence: 2 * number))
        }
        let record = Record(
            dot: Dot(peer: PeerID(rawValue: peer), sequence: 1), clock: 1, timestamp: HybridTimestamp(rawValue: 1),
            operation: .put, key: Array(key.utf8), value: [1], expiry: nil, context: context,
            replacesAllEarlier: false, continuesBatch: false)
        var writer = ByteWriter()
        writer.write(record)
        let length = RecordJournal.receptionBytes(recordLength: writer.count)
        #expect(replica.journal.admit(byteCount: length) == .now)
        #expect(throws: Never.self) { try replica.journal.receive(writer.bytes, 0..<writer.count) }
    }
}
