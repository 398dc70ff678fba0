import AntiEntropy
import DataModel
import Platform
import Replication
import Simulation
import Testing

/// Nodes of other versions of the protocol.
struct VersionTests {
    @Test func `a node of another version is refused with the reason, counted, and harms nothing`() throws {
        let scene = try ClusterScene(nodes: 3)
        defer { scene.cluster.discard() }
        scene.write(10, on: 0)
        scene.expectEquality()
        scene.node(2).kill()
        scene.node(2).configuration.versions = 7...9
        try scene.node(2).start()
        scene.run(.seconds(3))
        scene.client(0).put("new", [1])
        scene.client(2).put("other", [2])
        scene.run(.seconds(10))
        #expect(scene.text("new", on: 2) == nil)
        #expect(scene.text("new", on: 1) != nil)
        #expect(scene.text("other", on: 1) == nil)
        let refusing = scene.cluster.nodes.reduce(0) { $0 + $1.counters.rejoin.refusals(sent: .version) }
        let refused = scene.cluster.nodes.reduce(0) { $0 + $1.counters.rejoin.refusals(received: .version) }
        #expect(refusing > 0 && refused > 0)
        let peers = scene.node(2).replica?.status().peers ?? []
        #expect(peers.contains { $0.lastFailure.contains("protocol versions") })
        scene.expectSoundness()

        scene.node(2).kill()
        scene.node(2).configuration.versions = 1...1
        try scene.node(2).start()
        scene.expectEquality()
        #expect(scene.text("other", on: 1) != nil)
    }

    @Test func `nodes whose versions overlap converse`() throws {
        let scene = try ClusterScene(nodes: 4) { $0.mixesVersions = true }
        defer { scene.cluster.discard() }
        #expect(scene.node(1).configuration.versions != scene.node(0).configuration.versions)
        for number in 0..<4 { scene.write(5, on: number, prefix: "\(number)/") }
        scene.expectEquality()
        #expect(
            scene.node(1).counters.conversationsRefused == scene.node(1).counters.rejoin.refusals(sent: .busy)
                + scene.node(1).counters.rejoin.refusals(received: .busy))
    }
}
