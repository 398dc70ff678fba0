import Causality
import DataModel
import Journal
import Platform
import Replication
import Simulation
import Testing

/// The checkers find what is wrong: each is shown a state that breaks its rule.
struct CheckerTests {
    private func invariant(_ scene: ClusterScene) -> Invariant? {
        scene.cluster.checkAtRest()
        return scene.cluster.violation?.invariant
    }

    /// Writes behind the history's back and enters what is told instead.
    private func write(
        _ key: Key, on scene: ClusterScene, after context: CausalContext? = nil,
        as change: (inout WriteHistory.Draft) -> Void
    ) throws {
        let receipt = scene.node(0).perform { replica in
            try? replica.put(key.bytes.span, [1].span, after: context)
        }
        let found = try #require(receipt ?? nil)
        var draft = WriteHistory.Draft(key: key.bytes, operation: .put, value: [1])
        change(&draft)
        scene.cluster.history.record(draft, as: found.dot, on: 0, heldUntil: found.heldUntil, checksum: nil)
        scene.run(.seconds(5))
    }

    @Test func `a sound cluster has no violation`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        scene.write(10, on: 0)
        scene.run(.seconds(5))
        #expect(self.invariant(scene) == nil)
    }

    @Test func `an acknowledged write that is nowhere is found`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        let nowhere = Dot(peer: PeerID(rawValue: 7), sequence: 1)
        let history = scene.cluster.history
        let index = history.record(
            WriteHistory.Draft(key: [1], operation: .put), as: nowhere, on: 0, heldUntil: 0, checksum: nil)
        history.acknowledge(index)
        #expect(self.invariant(scene) == .durability)
        let text = try #require(scene.cluster.violation).description
        #expect(text.contains("0000000000000007:1"))
        #expect(text.contains("starling sim --seed 1"))
    }

    @Test func `a record that nobody wrote is found`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        guard case .written(let index) = scene.client(0).put("k", [1]) else {
            Issue.record("the write was refused")
            return
        }
        scene.run(.seconds(5))
        scene.cluster.history.lose(index)
        #expect(self.invariant(scene) == .oneContent)
    }

    @Test func `another value under a dot is found`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        try self.write("k", on: scene) { $0.value = [2] }
        #expect(self.invariant(scene) == .oneContent)
    }

    @Test func `a claim without a holding is found`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        scene.client(0).put("k", [1])
        // The replica replaces the first write, and the history does not know.
        try self.write("k", on: scene) { $0.replacesAllLive = false }
        #expect(self.invariant(scene) == .claim)
    }

    @Test func `a record that should have ended is found`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        scene.client(0).put("k", [1])
        let first = scene.cluster.history.writes[0].dot
        // The replica keeps the first write beside the second, and the history knows it as replaced.
        try self.write("k", on: scene, after: CausalContext()) { draft in
            draft.replaced = scene.cluster.history.replaced(by: [first], of: Key("k").bytes)
        }
        #expect(self.invariant(scene) == .resurrection)
    }

    @Test func `a counter that counts too little is found`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        scene.client(0).increment("count/c", by: 3)
        try self.write("count/d", on: scene) { $0.amount = 2 }
        #expect(self.invariant(scene) == .counter)
    }

    @Test func `a directory that has lost what was durable is found`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        scene.write(10, on: 0)
        scene.run(.seconds(5))
        scene.node(0).kill()
        scene.node(0).machine.files.wipe("data")
        try scene.node(0).start()
        #expect(scene.cluster.violation?.invariant == .recovery)
    }

    @Test func `nodes that differ are found`() throws {
        let scene = try ClusterScene(nodes: 2)
        defer { scene.cluster.discard() }
        scene.cluster.cut(0, 1)
        scene.client(0).put("k", [1])
        scene.run(.seconds(1))
        #expect(self.invariant(scene) == .convergence)
    }
}
