import DataModel
import Journal
import Platform
import Replication
import Simulation
import Testing

/// Writes reach every node, however the nodes know each other and whatever they have missed.
struct SpreadingTests {
    @Test(arguments: ClusterTopology.allCases)
    func `a write on any node is read on every other`(topology: ClusterTopology) throws {
        let scene = try ClusterScene(nodes: 4, topology)
        defer { scene.cluster.discard() }
        for number in 0..<4 { scene.client(number).put("from/\(number)", [UInt8(48 + number)]) }
        scene.expectEquality()
        for reader in 0..<4 {
            for writer in 0..<4 { #expect(scene.text("from/\(writer)", on: reader) == String(writer)) }
        }
    }

    @Test func `the ends of a chain know only the middle and end equal`() throws {
        let scene = try ClusterScene(nodes: 3, .walledChain)
        defer { scene.cluster.discard() }
        scene.write(60, on: 0, prefix: "left/", deletingEvery: 3)
        scene.write(60, on: 2, prefix: "right/", deletingEvery: 4)
        scene.expectEquality()
        #expect(scene.text("left/1", on: 2) == "left/1 of 0")
        #expect(scene.text("left/0", on: 2) == nil)
    }

    @Test func `a node that was away for many writes and deletes catches up`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        scene.write(40, on: 0)
        scene.expectEquality()
        scene.node(2).kill()
        scene.write(300, on: 0, deletingEvery: 2)
        scene.write(100, on: 1, prefix: "more/", deletingEvery: 5)
        scene.run(.seconds(5))
        try scene.node(2).start()
        scene.expectEquality()
        #expect(scene.text("key/0", on: 2) == nil)
        #expect(scene.text("key/299", on: 2) == "key/299 of 0")
    }

    @Test func `a node with an empty directory joins`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        scene.write(80, on: 0, deletingEvery: 3)
        scene.expectEquality()
        let before = scene.node(2).replica?.journal.identity.peer
        scene.node(2).crash()
        scene.node(2).replaceDisk(by: nil)
        try scene.node(2).start()
        scene.expectEquality()
        #expect(scene.node(2).replica?.journal.identity.peer != before)
        scene.write(10, on: 2, prefix: "anew/")
        scene.expectEquality()
    }

    @Test func `nodes made from copies of others' directories cut nobody off`() throws {
        let scene = try ClusterScene(nodes: 4, .walledChain)
        defer { scene.cluster.discard() }
        scene.write(20, on: 0)
        scene.expectEquality()
        // The ends become copies of the middle ones but one: each middle one hears its neighbour's peer ID
        // named as what the end was before.
        for (end, origin) in [(0, 2), (3, 1)] {
            let image = try #require(scene.node(origin).backUp())
            scene.node(end).crash()
            scene.node(end).replaceDisk(by: image)
            try scene.node(end).start()
        }
        scene.expectEquality()
        scene.run(.seconds(60))
        scene.write(20, on: 0, prefix: "left/")
        scene.write(20, on: 3, prefix: "right/")
        scene.expectEquality()
        #expect(scene.text("left/1", on: 3) == "left/1 of 0")
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `a node that lost its power without a word is talked to as soon as it is back`(seed: UInt64) throws {
        let scene = try ClusterScene(seed: seed)
        defer { scene.cluster.discard() }
        scene.write(30, on: 2)
        // In the middle of conversations: its peers know of no end.
        scene.node(2).crash(isSilent: true)
        scene.write(10, on: 0, prefix: "meanwhile/")
        scene.run(.milliseconds(200))
        try scene.node(2).start()
        scene.expectEquality(within: .seconds(5))
    }

    @Test func `a wait for acknowledgement ends when the peers hold the write`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        guard case .written(let index) = scene.client(0).put("key", [1]) else {
            Issue.record("the write was refused")
            return
        }
        let dot = scene.cluster.history.writes[index].dot
        var holders: Int?
        _ = scene.node(0).perform { replica in
            _ = replica.wait(for: dot, heldBy: 2, until: replica.now + .seconds(5)) { holders = $0 }
        }
        scene.run(.seconds(1))
        #expect(holders == 2)

        scene.node(1).kill()
        scene.node(2).kill()
        scene.client(0).put("key", [2])
        var late: Int?
        _ = scene.node(0).perform { replica in
            let dot = scene.cluster.history.writes[index + 1].dot
            _ = replica.wait(for: dot, heldBy: 1, until: replica.now + .seconds(1)) { late = $0 }
        }
        scene.run(.milliseconds(900))
        #expect(late == nil)
        scene.run(.milliseconds(200))
        #expect(late == 0)
    }

    @Test(arguments: [ClusterTopology.mesh, .multicast])
    func `an idle equal cluster exchanges less than a kibibyte a second per pair`(topology: ClusterTopology) throws {
        let scene = try ClusterScene(nodes: 3, topology)
        defer { scene.cluster.discard() }
        scene.write(50, on: 0)
        scene.expectEquality()
        scene.run(.seconds(30))
        let before = scene.cluster.nodes.reduce(0) { $0 + $1.counters.peerBytesSent }
        scene.run(.seconds(60))
        let after = scene.cluster.nodes.reduce(0) { $0 + $1.counters.peerBytesSent }
        #expect((after - before) / 60 / 3 < 1024)
        scene.expectEquality()
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `peers that hear each other's beacons again end their difference soon`(seed: UInt64) throws {
        let scene = try ClusterScene(nodes: 3, .multicast, seed: seed)
        defer { scene.cluster.discard() }
        scene.write(5, on: 0)
        scene.expectEquality()
        scene.run(.seconds(60))
        for other in [1, 2] { scene.cluster.cut(0, other) }
        scene.write(5, on: 0, prefix: "apart/")
        // By now the calls that failed are far between.
        scene.run(.seconds(60))
        scene.cluster.healLinks()
        scene.expectEquality(within: .seconds(8))
    }

    @Test func `a write crosses a quiet chain at once`() throws {
        let scene = try ClusterScene(nodes: 4, .walledChain)
        defer { scene.cluster.discard() }
        scene.write(5, on: 0)
        scene.expectEquality()
        scene.run(.seconds(60))
        scene.client(0).put("news", Array("here".utf8))
        scene.run(.seconds(1))
        #expect(scene.text("news", on: 3) == "here")
    }
}
