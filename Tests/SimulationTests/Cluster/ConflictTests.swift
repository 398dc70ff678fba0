import Causality
import DataModel
import Journal
import Platform
import Replication
import Simulation
import Testing

/// Concurrent writes are kept, seen as conflicts everywhere, and viewed alike everywhere.
struct ConflictTests {
    /// Cuts the third node off, writes three times here and once there, and mends the link.
    private func conflicted(_ key: Key, clockOffset: Int64) throws -> ClusterScene {
        let scene = try ClusterScene()
        scene.client(0).put(key, Array("common".utf8))
        scene.expectEquality()
        scene.cluster.cut(0, 2)
        scene.cluster.cut(1, 2)
        scene.node(2).machine.clock.jump(by: clockOffset, at: scene.cluster.scheduler.now)
        for text in ["one", "two", "three"] {
            scene.client(0).put(key, Array(text.utf8))
            scene.run(.milliseconds(30))
        }
        scene.client(2).put(key, Array("elsewhere".utf8))
        scene.run(.milliseconds(30))
        scene.cluster.healLinks()
        return scene
    }

    @Test(arguments: ["k", "lww/k", "all/k", "set/k", "odd/k", "cut/k"], [Int64(0), -3_600_000, 3_600_000])
    func `three writes here and one there conflict on every node and are viewed alike`(
        key: String, clockOffset: Int64
    ) throws {
        let scene = try self.conflicted(Key(key), clockOffset: clockOffset)
        defer { scene.cluster.discard() }
        // The clocks are left as they are: what readers see depends on what was written alone.
        scene.expectEquality()
        let views = (0..<3).map { scene.text(Key(key), on: $0) }
        #expect(Set(views).count == 1)
        for number in 0..<3 {
            let values = scene.client(number).siblings(of: Key(key)).map { String(decoding: $0.value, as: UTF8.self) }
            #expect(values.sorted() == ["elsewhere", "three"])
            #expect(scene.node(number).replica?.status().conflicts == 1)
        }
        #expect(
            scene.cluster.nodes.contains { node in
                node.events.contains { if case .conflict = $0 { true } else { false } }
            })
    }

    @Test func `the default view is the longer history, not the later clock`() throws {
        let scene = try self.conflicted("k", clockOffset: 3_600_000)
        defer { scene.cluster.discard() }
        scene.expectEquality()
        #expect(scene.text("k", on: 2) == "three")
    }

    @Test func `a write that has read both sides ends the conflict`() throws {
        let scene = try self.conflicted("k", clockOffset: 0)
        defer { scene.cluster.discard() }
        scene.expectEquality()
        scene.client(1).put("k", Array("both".utf8))
        scene.expectEquality()
        for number in 0..<3 {
            #expect(scene.client(number).siblings(of: "k").count == 1)
            #expect(scene.text("k", on: number) == "both")
        }
    }

    @Test func `a stale writer makes a sibling on its own node and loses nothing`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        scene.client(0).put("k", Array("first".utf8))
        var token: ReadToken?
        scene.client(0).read("k") { token = $0 }
        scene.run(.milliseconds(50))
        scene.client(0).put("k", Array("second".utf8))
        let read = try #require(token)
        scene.client(0).put("k", Array("stale".utf8), after: read)
        #expect(scene.client(0).siblings(of: "k").count == 2)
        scene.expectEquality()
        #expect(scene.client(2).siblings(of: "k").count == 2)
    }

    @Test func `increments on both sides of a cut all count`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        for number in 0..<3 { scene.client(number).increment("count/c", by: 5) }
        scene.expectEquality()
        scene.cluster.cut(0, 1)
        scene.cluster.cut(0, 2)
        scene.cluster.cut(1, 2)
        for number in 0..<3 {
            for _ in 0..<4 { scene.client(number).increment("count/c", by: 2) }
        }
        scene.cluster.healLinks()
        scene.expectEquality()
        for number in 0..<3 { #expect(scene.text("count/c", on: number) == "39") }
    }

    @Test func `a value concurrent with a delete stays`() throws {
        let scene = try ClusterScene(nodes: 2)
        defer { scene.cluster.discard() }
        scene.client(0).put("k", Array("old".utf8))
        scene.expectEquality()
        scene.cluster.cut(0, 1)
        scene.client(0).delete("k")
        scene.client(1).put("k", Array("new".utf8))
        scene.cluster.healLinks()
        scene.expectEquality()
        #expect(scene.text("k", on: 0) == "new")
    }

    @Test func `an expired value is gone on every node at the same time`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        let wallNow = scene.node(0).machine.clock.reading(at: scene.cluster.scheduler.now).milliseconds
        scene.client(0).put("k", Array("short".utf8), expiry: wallNow + 5000)
        scene.expectEquality()
        for number in 0..<3 { #expect(scene.text("k", on: number) == "short") }
        scene.run(.seconds(6))
        for number in 0..<3 { #expect(scene.text("k", on: number) == nil) }
        scene.expectEquality()
        #expect(scene.cluster.nodes.allSatisfy { $0.replica?.status().keys == 0 })
    }

    @Test func `a write is later than all that its node had seen, whatever its clock says`() throws {
        let scene = try ClusterScene(nodes: 2)
        defer { scene.cluster.discard() }
        scene.node(0).machine.clock.jump(by: 3_600_000, at: scene.cluster.scheduler.now)
        guard case .written(let first) = scene.client(0).put("k", [1]) else {
            Issue.record("the write was refused")
            return
        }
        scene.expectEquality()
        guard case .written(let second) = scene.client(1).put("other", [2]) else {
            Issue.record("the write was refused")
            return
        }
        let timestamps = [first, second].map { index in
            let dot = scene.cluster.history.writes[index].dot
            return scene.node(1).replica?.journal.index.find(dot)?.record.timestamp.rawValue ?? 0
        }
        #expect(timestamps[0] > 0)
        #expect(timestamps[1] > timestamps[0])
    }
}
