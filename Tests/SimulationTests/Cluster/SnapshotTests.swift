import AntiEntropy
import Causality
import DataModel
import Journal
import Platform
import Replication
import Simulation
import Testing

/// A tombstone that was dropped without a successor that knows all it knew leaves a floor, and whoever has
/// not seen that far gets a snapshot.
struct SnapshotTests {
    /// A cluster in which the second node drops a tombstone for a record that does not contain the
    /// tombstone's context; nil if the records came the other way round.
    private func sceneWithFloor(_ topology: ClusterTopology, seed: UInt64) throws -> ClusterScene? {
        let scene = try ClusterScene(nodes: 4, topology, seed: seed)
        scene.write(20, on: 3)
        scene.client(2).put("k", Array("first".utf8))
        scene.client(2).delete("k")
        scene.expectEquality()
        // The second node keeps the tombstone while the others go on.
        for other in [0, 2, 3] { scene.cluster.cut(1, other) }
        var token: ReadToken?
        scene.client(0).read("k") { token = $0 }
        scene.run(.milliseconds(50))
        scene.client(0).put("k", Array("second".utf8))
        scene.run(.seconds(2))
        scene.client(3).put("k", Array("third".utf8))
        scene.run(.seconds(2))
        let read = try #require(token)
        scene.client(0).put("k", Array("stale".utf8), after: read)
        scene.run(.seconds(2))
        scene.cluster.healLinks()
        scene.expectEquality()
        return scene.node(1).replica?.journal.floor.isEmpty == false ? scene : nil
    }

    @Test(arguments: [ClusterTopology.mesh, .multicast])
    func `a newcomer to a cluster with a floor gets a snapshot, and nothing deleted returns`(
        topology: ClusterTopology
    ) throws {
        var found = 0
        for seed in 1...6 as ClosedRange<UInt64> {
            guard let scene = try self.sceneWithFloor(topology, seed: seed) else { continue }
            defer { scene.cluster.discard() }
            found += 1
            // Only the second node is there to learn from: the others know of no floor.
            for number in [0, 2] { scene.node(number).kill() }
            scene.node(3).crash()
            scene.node(3).replaceDisk(by: nil)
            try scene.node(3).start()
            let isEqual = scene.cluster.run(atMost: .seconds(40)) {
                scene.node(1).replica?.journal.context == scene.node(3).replica?.journal.context
            }
            #expect(isEqual)
            // A floor travels with snapshots alone.
            #expect(scene.node(3).replica?.journal.floor.isEmpty == false)
            try scene.cluster.startAll()
            scene.expectEquality(within: .seconds(60))
            #expect(scene.text("k", on: 3) != "first")
            #expect(scene.text("key/1", on: 3) == "key/1 of 3")
        }
        #expect(found > 0)
    }

    @Test func `nodes with different floors keep quiet once they are equal`() throws {
        for seed in 1...6 as ClosedRange<UInt64> {
            guard let scene = try self.sceneWithFloor(.multicast, seed: seed) else { continue }
            defer { scene.cluster.discard() }
            scene.run(.seconds(30))
            let before = scene.cluster.nodes.reduce(0) { $0 + $1.counters.peerBytesSent }
            scene.run(.seconds(60))
            let after = scene.cluster.nodes.reduce(0) { $0 + $1.counters.peerBytesSent }
            #expect((after - before) / 60 / 6 < 1024)
            return
        }
        Issue.record("no seed made a floor")
    }

    @Test func `how far a snapshot has come is told on both sides`() throws {
        let scene = try ClusterScene(nodes: 2) {
            $0.limits.recordsLength = 200
            $0.limits.linkOutputLength = 1000
            $0.limits.conversation.window = 800
            $0.limits.conversation.batch = 200
            $0.network.latency = DelayRange(.milliseconds(3), .milliseconds(6))
        }
        defer { scene.cluster.discard() }
        scene.write(80, on: 0)
        scene.expectEquality()
        for index in 0..<10 { scene.client(0).delete(Key("key/\(index)")) }
        scene.expectEquality()
        let areGone = scene.cluster.run(atMost: .seconds(60)) {
            scene.cluster.nodes.allSatisfy { $0.replica?.journal.index.tombstoneCount == 0 }
        }
        #expect(areGone)
        scene.node(1).crash()
        scene.node(1).replaceDisk(by: nil)
        try scene.node(1).start()
        var told: [Set<String>] = [[], []]
        for _ in 0..<3000 {
            scene.run(.milliseconds(1))
            for number in 0..<2 {
                for words in scene.node(number).replica?.status().snapshots ?? [] { told[number].insert(words) }
            }
        }
        #expect(told[0].contains { $0.hasPrefix("sending a snapshot to n2: ") && $0.contains(" records of ") })
        #expect(told[1].contains { $0.hasPrefix("receiving a snapshot from n1: ") })
        // It comes in pieces, and is told of piece by piece.
        #expect(told[1].count > 3)
        scene.expectEquality()
        for number in 0..<2 { #expect(scene.node(number).replica?.status().snapshots == []) }
    }
}
