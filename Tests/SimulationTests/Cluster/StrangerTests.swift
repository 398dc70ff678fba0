import DataModel
import Journal
import Platform
import Replication
import Simulation
import Testing

/// Who does not belong is refused, counted, and named.
struct StrangerTests {
    @Test(arguments: [ClusterTopology.mesh, .multicast])
    func `a node of another cluster is refused and counted`(topology: ClusterTopology) throws {
        let scene = try ClusterScene(nodes: 2, topology)
        defer { scene.cluster.discard() }
        scene.node(1).kill()
        scene.node(1).replaceDisk(by: nil)
        scene.node(1).configuration.cluster = "elsewhere"
        scene.node(1).configuration.journal.cluster = "elsewhere"
        scene.client(0).put("k", [1])
        try scene.node(1).start()
        scene.run(.seconds(10))
        #expect(scene.text("k", on: 1) == nil)
        let counted = scene.node(0).counters
        #expect(counted.conversationsRefused + counted.beaconsWrongCluster > 0)
        scene.expectSoundness()
    }

    @Test(arguments: [ClusterTopology.mesh, .multicast], ["wrong", nil])
    func `a node with another secret, or none, is refused and counted`(
        topology: ClusterTopology, secret: String?
    ) throws {
        let scene = try ClusterScene(nodes: 2, topology) { $0.secret = Array("right".utf8) }
        defer { scene.cluster.discard() }
        scene.node(1).kill()
        scene.node(1).configuration.secret = secret.map { Array($0.utf8) }
        scene.client(0).put("k", [1])
        try scene.node(1).start()
        scene.run(.seconds(10))
        #expect(scene.text("k", on: 1) == nil)
        let counted = scene.node(0).counters
        #expect(counted.conversationsRefused + counted.beaconsWrongSecret > 0)
        scene.expectSoundness()
    }

    @Test func `nodes with the same secret converse`() throws {
        let scene = try ClusterScene { $0.secret = Array("right".utf8) }
        defer { scene.cluster.discard() }
        scene.write(10, on: 0)
        scene.expectEquality()
    }

    @Test func `a peer with other resolvers is reported by both`() throws {
        let scene = try ClusterScene(nodes: 2)
        defer { scene.cluster.discard() }
        scene.node(1).kill()
        scene.node(1).configuration.resolvers[prefix: "lww/"] = .keepAll
        try scene.node(1).start()
        scene.run(.seconds(5))
        for number in 0..<2 {
            #expect(scene.node(number).replica?.status().resolverMismatches.count == 1)
            #expect(scene.failures(on: number).contains { $0.contains("resolvers") })
        }
    }
}
