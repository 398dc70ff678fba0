import Causality
import DataModel
import Journal
import Platform
import Replication
import Simulation
import Testing

/// Members outlast restarts, until an operator has them forgotten.
struct ForgettingTests {
    /// Has a node forget peers and waits for its answer; nil if there was none.
    private func forget(_ names: [String], on number: Int, in scene: ClusterScene) -> Result<[PeerID], ReplicaError>? {
        var answer: Result<[PeerID], ReplicaError>?
        _ = scene.node(number).perform { $0.forget(names) { answer = $0 } }
        _ = scene.cluster.run(atMost: .seconds(8)) { answer != nil }
        return answer
    }

    private func forgotten(_ answer: Result<[PeerID], ReplicaError>?) -> [PeerID]? {
        if case .success(let peers) = answer { peers } else { nil }
    }

    private func reason(_ answer: Result<[PeerID], ReplicaError>?) -> String {
        if case .failure(.cannotForget(let reason)) = answer { reason } else { "" }
    }

    /// Whether every node knows all others and accepts them, soon.
    private func expectAllKnown(_ scene: ClusterScene, sourceLocation: SourceLocation = #_sourceLocation) {
        let count = scene.cluster.nodes.count
        let isSo = scene.cluster.run(atMost: .seconds(40)) {
            scene.cluster.nodes.allSatisfy { node in
                let peers = node.replica?.status().peers ?? []
                return peers.count == count - 1 && peers.allSatisfy { $0.isReachable && !$0.isSuspended }
            }
        }
        #expect(isSo, sourceLocation: sourceLocation)
    }

    private func tombstones(on number: Int, in scene: ClusterScene) -> Int? {
        scene.node(number).replica?.status().tombstones
    }

    @Test func `whoever is away still counts after a restart though no configuration names it`() throws {
        let scene = try ClusterScene(nodes: 3, .star, seed: 21)
        defer { scene.cluster.discard() }
        scene.write(5, on: 0)
        scene.expectEquality()
        scene.node(2).kill()
        for index in 0..<5 { scene.client(0).delete(Key("key/\(index)")) }
        scene.run(.seconds(5))
        // The first knows nobody by its configuration.
        scene.node(0).crash()
        try scene.node(0).start()
        scene.run(.seconds(60))
        #expect(self.tombstones(on: 0, in: scene) == 5)
        let status = try #require(scene.node(0).replica?.status())
        #expect(status.heldBack == 5)
        #expect(status.peers.first { $0.name == "n3" }?.holdsBack == 5)
        try scene.node(2).start()
        scene.expectEquality()
        _ = scene.cluster.run(atMost: .seconds(60)) { scene.cluster.isCollected }
        scene.cluster.checkCollected()
        #expect(scene.node(2).counters.rejoin.snapshotsReceived == 0)
        scene.expectSoundness()
    }

    @Test func `a dead member is forgotten, its tombstones go, and it comes back as a new one`() throws {
        let scene = try ClusterScene(nodes: 4, seed: 22)
        defer { scene.cluster.discard() }
        scene.write(20, on: 3)
        scene.expectEquality()
        let old = try #require(scene.node(3).replica?.journal.identity.peer)
        // Written, acknowledged, and told nobody: it counts when the node is back.
        for other in 0..<3 { scene.cluster.cut(3, other) }
        scene.client(3).put("mine", Array("kept".utf8))
        scene.run(.milliseconds(500))
        scene.node(3).kill()
        scene.cluster.healLinks()
        for index in 0..<20 { scene.client(0).delete(Key("key/\(index)")) }
        scene.run(.seconds(30))
        #expect(self.tombstones(on: 1, in: scene) == 20)

        #expect(self.forgotten(self.forget(["n4"], on: 1, in: scene)) == [old])
        scene.run(.seconds(30))
        for number in 0..<3 {
            #expect(self.tombstones(on: number, in: scene) == 0)
            #expect(scene.node(number).replica?.status().peers.count == 2)
        }
        #expect(self.forgotten(self.forget([old.description], on: 2, in: scene)) == [])

        // A restart in between, so that the others know of it by their files alone.
        for number in 0..<3 { scene.node(number).crash() }
        for number in 0..<3 { try scene.node(number).start() }
        scene.run(.seconds(3))
        try scene.node(3).start()
        scene.expectEquality()
        let replica = try #require(scene.node(3).replica)
        #expect(replica.journal.identity.peer != old)
        #expect(replica.journal.identity.predecessors.first == old)
        #expect(scene.node(3).counters.rejoin.mints(.forgotten) == 1)
        #expect(scene.node(3).counters.rejoin.snapshotsReceived >= 1)
        for number in 0..<4 {
            #expect(scene.text("mine", on: number) == "kept")
            #expect(scene.text("key/3", on: number) == nil)
        }
        self.expectAllKnown(scene)
        scene.expectSoundness()
    }

    @Test func `nothing is forgotten while a remaining member cannot be reached, and both are in one step`() throws {
        let scene = try ClusterScene(nodes: 4, seed: 23)
        defer { scene.cluster.discard() }
        scene.write(5, on: 0)
        scene.expectEquality()
        scene.node(3).kill()
        scene.node(2).kill()
        scene.client(0).delete("key/1")
        scene.run(.seconds(2))
        let refusal = self.reason(self.forget(["n4"], on: 0, in: scene))
        #expect(refusal.contains("n3 (10.0.0.3:9000) cannot be reached"), "\(refusal)")
        scene.run(.seconds(20))
        for number in 0..<2 {
            #expect(self.tombstones(on: number, in: scene) == 1)
            #expect(scene.node(number).replica?.status().peers.contains { $0.isSuspended } == false)
        }
        #expect(self.forgotten(self.forget(["n4", "n3"], on: 0, in: scene))?.count == 2)
        scene.run(.seconds(20))
        for number in 0..<2 { #expect(self.tombstones(on: number, in: scene) == 0) }
        try scene.cluster.startAll()
        scene.expectEquality()
        self.expectAllKnown(scene)
        scene.expectSoundness()
    }

    @Test func `who runs is not forgotten, nor the node itself, nor who is not known`() throws {
        let scene = try ClusterScene(nodes: 3, seed: 24)
        defer { scene.cluster.discard() }
        scene.write(1, on: 0)
        scene.run(.milliseconds(50))
        #expect(self.reason(self.forget(["n1"], on: 0, in: scene)).contains("this node itself"))
        #expect(self.reason(self.forget(["n9"], on: 0, in: scene)).contains("no peer is called n9"))
        #expect(self.reason(self.forget([], on: 0, in: scene)).contains("no peer was named"))
        #expect(self.reason(self.forget(["n2"], on: 0, in: scene)).contains("runs"))
        scene.expectEquality()
    }

    @Test func `when the node that asked dies, the peer is accepted again`() throws {
        let scene = try ClusterScene(nodes: 4, seed: 25)
        defer { scene.cluster.discard() }
        scene.write(5, on: 3)
        scene.expectEquality()
        scene.node(3).kill()
        scene.node(2).kill()
        scene.run(.seconds(2))
        _ = scene.node(0).perform { $0.forget(["n4"]) { _ in } }
        let isAsked = scene.cluster.run(atMost: .seconds(4)) {
            scene.node(1).replica?.status().peers.contains { $0.isSuspended } ?? false
        }
        #expect(isAsked)
        scene.run(.milliseconds(500))
        for number in 0..<2 { scene.node(number).crash() }
        try scene.cluster.startAll()
        scene.expectEquality()
        self.expectAllKnown(scene)
        #expect(scene.node(3).counters.rejoin.mints(.forgotten) == 0)
    }

    @Test func `a wiped node's earlier peer ID can be forgotten, and contexts close`() throws {
        let scene = try ClusterScene(nodes: 3, seed: 26)
        defer { scene.cluster.discard() }
        scene.write(5, on: 2)
        scene.expectEquality()
        let old = try #require(scene.node(2).replica?.journal.identity.peer)
        scene.node(2).crash()
        scene.node(2).replaceDisk(by: nil)
        try scene.node(2).start()
        scene.expectEquality()
        scene.run(.seconds(5))
        let answer = self.forget([old.description], on: 0, in: scene)
        #expect(self.forgotten(answer) == [old], "\(self.reason(answer))")
        scene.run(.seconds(3))
        for number in 0..<3 {
            let replica = try #require(scene.node(number).replica)
            #expect(replica.journal.context[old].detached.isEmpty)
            #expect(replica.status().peers.count == 2)
        }
        scene.expectEquality()
    }

    @Test func `a forgotten node takes a snapshot though no floor asks for one, once`() throws {
        let scene = try ClusterScene(nodes: 3, seed: 28)
        defer { scene.cluster.discard() }
        scene.write(5, on: 2)
        scene.expectEquality()
        scene.node(2).kill()
        scene.write(5, on: 0, prefix: "later/")
        scene.run(.seconds(1))
        #expect(self.forgotten(self.forget(["n3"], on: 0, in: scene))?.count == 1)
        try scene.node(2).start()
        scene.expectEquality()
        #expect(scene.node(2).replica?.journal.floor.isEmpty == true)
        let snapshots = scene.node(2).counters.rejoin.snapshotsReceived
        #expect((1...2).contains(snapshots))
        scene.write(5, on: 0, prefix: "last/")
        scene.node(2).crash()
        try scene.node(2).start()
        scene.expectEquality()
        #expect(scene.node(2).counters.rejoin.snapshotsReceived == snapshots)
    }

    @Test func `a damaged file of peers costs knowledge and is reported`() throws {
        let scene = try ClusterScene(nodes: 3, seed: 27)
        defer { scene.cluster.discard() }
        scene.write(5, on: 0)
        scene.expectEquality()
        scene.node(0).kill()
        let files = scene.node(0).machine.files
        let id = try files.open("data/peers", .readWrite)
        let noise: [UInt8] = [0xFF]
        try files.write(noise.span, to: id, at: 20)
        files.close(id)
        try scene.node(0).start()
        scene.expectEquality()
        #expect(scene.failures(on: 0).contains { $0.contains("known peers cannot be used") })
        #expect(scene.node(0).replica?.status().peers.count == 2)
    }
}
