import Causality
import DataModel
import Journal
import Platform
import Replication
import Simulation
import Testing

/// A machine set back to an earlier state has nothing on its disk that could tell; its peers can.
struct RewindTests {
    @Test func `a machine that was set back writes nothing before its peers were heard, and then under a new peer ID`()
        throws
    {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        scene.write(10, on: 0, prefix: "before/")
        scene.expectEquality()
        let image = try #require(scene.node(0).backUp())
        let before = try #require(scene.node(0).replica?.journal.identity.peer)
        scene.write(10, on: 0, prefix: "later/")
        scene.expectEquality()
        scene.node(0).crash()
        scene.node(0).replaceDisk(by: image, isMachine: true)
        try scene.node(0).start()
        #expect(scene.node(0).replica?.journal.identity.peer == before)
        // Who comes before the peers were heard is not served: the simulated clients would not even try.
        #expect(scene.node(0).replica?.isServing == false)
        scene.run(.seconds(3))
        let identity = try #require(scene.node(0).replica?.journal.identity)
        #expect(identity.peer != before)
        #expect(identity.predecessors.contains(before))
        scene.write(10, on: 0, prefix: "anew/")
        scene.expectEquality()
        #expect(scene.text("later/9", on: 0) == "later/9 of 0")
        #expect(scene.text("anew/9", on: 2) == "anew/9 of 0")
    }

    @Test func `two contents under one name are noticed when the peers meet, and the name is given up`() throws {
        let scene = try ClusterScene(nodes: 2)
        defer { scene.cluster.discard() }
        scene.write(5, on: 0)
        scene.expectEquality()
        let image = try #require(scene.node(0).backUp())
        let before = try #require(scene.node(0).replica?.journal.identity.peer)
        scene.client(0).put("k", Array("one".utf8))
        scene.expectEquality()
        scene.node(0).crash()
        scene.node(0).replaceDisk(by: image, isMachine: true)
        // Nobody who knows can be asked, and so the same name is given again.
        scene.cluster.cut(0, 1)
        try scene.node(0).start()
        #expect(scene.cluster.run(atMost: .seconds(30)) { scene.node(0).replica?.isServing == true })
        // The simulated clients would stay away from it.
        let receipt = scene.node(0).perform { try? $0.put(Array("k".utf8).span, [1].span) }
        #expect(receipt != nil)
        scene.run(.seconds(1))
        #expect(scene.node(0).replica?.journal.identity.peer == before)
        scene.cluster.healLinks()
        scene.run(.seconds(20))
        let failures = scene.failures(on: 1)
        #expect(failures.contains { $0.contains("another content") }, "node 2 said \(failures)")
        #expect(scene.node(0).replica?.journal.identity.peer != before)
    }

    @Test func `a peer that has a new peer ID is counted once`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        guard case .written(let index) = scene.client(0).put("k", [1]) else {
            Issue.record("the write was refused")
            return
        }
        let dot = scene.cluster.history.writes[index].dot
        scene.expectEquality()
        #expect(scene.cluster.run(atMost: .seconds(40)) { scene.node(0).replica?.holders(of: dot) == 2 })
        scene.node(2).crash()
        scene.node(2).replaceDisk(by: nil)
        try scene.node(2).start()
        scene.expectEquality()
        scene.run(.seconds(40))
        #expect(scene.node(0).replica?.holders(of: dot) == 2)
    }
}
