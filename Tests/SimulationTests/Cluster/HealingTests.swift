import Causality
import DataModel
import Journal
import Platform
import Replication
import Simulation
import Testing

/// Logs damaged below what had been synced: nodes with peers heal, nodes alone refuse until they are repaired.
struct HealingTests {
    private static let segment = "data/log/00000001.seg"

    /// Equal nodes, the first of which then writes three keys that nobody else gets, and is ended.
    private func scene(nodes: Int) throws -> (scene: ClusterScene, place: Int) {
        let scene = try ClusterScene(nodes: nodes) { $0.segmentLength = 32768 }
        scene.write(20, on: 0)
        scene.expectEquality()
        for other in 1..<max(nodes, 1) { scene.cluster.cut(0, other) }
        scene.write(3, on: 0, prefix: "alone/")
        scene.run(.seconds(1))
        // What was synced is proven by what is written after it.
        scene.write(1, on: 0, prefix: "last/")
        scene.run(.seconds(1))
        scene.node(0).kill()
        let bytes = try #require(scene.node(0).machine.files.contents(of: Self.segment))
        let value = Array("key/5 of 0".utf8)
        return (scene, try #require(bytes.indices.first { bytes[$0...].starts(with: value) }))
    }

    private func strike(_ scene: ClusterScene, _ kind: ClusterFault, at place: Int) {
        let files = scene.node(0).machine.files
        switch kind {
        case .bitRot: files.flipBit(Self.segment, at: place, bit: 5)
        case .rottenSector: files.rotSectors(Self.segment, place..<place + 1)
        default: files.misdirect(place..<place + 8, of: Self.segment, to: 30_000, of: Self.segment)
        }
        scene.node(0).noteDamage()
    }

    @Test(arguments: [ClusterFault.bitRot, .rottenSector, .misdirectedWrite])
    func `a node with peers serves nobody before they have healed it, and keeps what nobody else had`(
        kind: ClusterFault
    ) throws {
        let (scene, place) = try self.scene(nodes: 3)
        defer { scene.cluster.discard() }
        let before = try #require(scene.node(0).lastPeer)
        self.strike(scene, kind, at: place)
        try scene.node(0).start()
        let replica = try #require(scene.node(0).replica)
        #expect(replica.journal.isHealing && replica.journal.opening.minted == .damaged)
        #expect(replica.journal.identity.peer != before && replica.journal.identity.predecessors.contains(before))
        scene.run(.seconds(20))
        #expect(!scene.node(0).isSettled)
        #expect(scene.node(0).replica?.status().healing?.contains("at byte ") == true)
        scene.cluster.healLinks()
        scene.expectEquality()
        #expect(scene.text("key/5", on: 0) == "key/5 of 0")
        #expect(scene.text("alone/2", on: 2) == "alone/2 of 0")
        #expect(scene.node(0).counters.rejoin.healingsEnded == 1)
        #expect(scene.node(0).counters.rejoin.recordsRestored == 4)
        #expect(!scene.node(0).machine.files.exists("data/damaged"))
        #expect(!scene.cluster.history.writes.contains { $0.isExcused && $0.isAcknowledged })
        let told = scene.node(0).events.compactMap { event -> String? in
            switch event {
            case .healing(let reason): reason
            case .healed(let count): "\(count)"
            default: nil
            }
        }
        #expect(told.count == 2 && told[0].contains("at byte ") && told[1] == "4")
    }

    @Test func `a node that is killed while it heals begins again and loses nothing`() throws {
        let (scene, place) = try self.scene(nodes: 2)
        defer { scene.cluster.discard() }
        self.strike(scene, .bitRot, at: place)
        scene.cluster.healLinks()
        for delay in [1, 5, 20, 50, 100, 200, 400] as [UInt64] {
            try scene.node(0).start()
            scene.run(.milliseconds(delay))
            scene.node(0).crash()
        }
        try scene.node(0).start()
        scene.expectEquality()
        #expect(scene.text("alone/1", on: 1) == "alone/1 of 0")
    }

    @Test func `two damaged nodes heal from the third, and not from each other`() throws {
        let (scene, place) = try self.scene(nodes: 3)
        defer { scene.cluster.discard() }
        self.strike(scene, .bitRot, at: place)
        scene.node(1).kill()
        scene.node(2).kill()
        scene.node(1).machine.files.flipBit(Self.segment, at: 200, bit: 1)
        scene.node(1).noteDamage()
        scene.cluster.healLinks()
        try scene.node(0).start()
        try scene.node(1).start()
        scene.run(.seconds(30))
        #expect(!scene.node(0).isSettled && !scene.node(1).isSettled)
        try scene.node(2).start()
        scene.expectEquality()
        #expect(scene.text("key/5", on: 0) == "key/5 of 0")
        #expect(scene.text("alone/1", on: 1) == "alone/1 of 0")
    }

    @Test func `what was deleted does not come back when all that told of it has rotted`() throws {
        let scene = try ClusterScene(nodes: 2) { $0.segmentLength = 32768 }
        defer { scene.cluster.discard() }
        scene.client(0).put("gone", Array("value".utf8))
        scene.expectEquality()
        let files = scene.node(0).machine.files
        let start = files.usedLength(of: Self.segment)
        scene.client(0).delete("gone")
        scene.expectEquality()
        #expect(scene.cluster.run(atMost: .seconds(60)) { scene.cluster.isCollected })
        let end = files.usedLength(of: Self.segment)
        scene.write(5, on: 0)
        scene.expectEquality()
        scene.write(5, on: 0, prefix: "more/")
        scene.expectEquality()
        scene.node(0).kill()
        for offset in stride(from: start, to: end, by: 8) { files.flipBit(Self.segment, at: offset, bit: 2) }
        scene.node(0).noteDamage()
        try scene.node(0).start()
        #expect(scene.node(0).replica?.journal.isHealing == true)
        scene.expectEquality()
        #expect(scene.text("gone", on: 0) == nil)
        #expect(scene.text("more/4", on: 0) == "more/4 of 0")
    }

    @Test func `a node alone refuses, and after a repair it opens with what is intact`() throws {
        let (scene, place) = try self.scene(nodes: 1)
        defer { scene.cluster.discard() }
        let before = try #require(scene.node(0).lastPeer)
        self.strike(scene, .bitRot, at: place)
        let error = #expect(throws: NodeStartFailure.self) { try scene.node(0).start() }
        #expect("\(try #require(error))".contains(Self.segment))
        let files = scene.node(0).machine.files
        let image = files.snapshotImage(of: "data")
        let report = try DirectoryInspection.run("data", files: files)
        #expect(!report.isIntact && report.segments[0].damageCount == 1)
        let plan = try Repair.plan("data", files: files)
        #expect(plan.salvage?.keys == 23)
        #expect(files.snapshotImage(of: "data").entries.map(\.path) == image.entries.map(\.path))
        _ = try Repair.run("data", files: files)
        try scene.node(0).start()
        scene.run(.seconds(5))
        #expect(scene.node(0).isSettled)
        #expect(scene.node(0).lastPeer != before)
        #expect(scene.text("key/4", on: 0) == "key/4 of 0")
        #expect(scene.text("alone/2", on: 0) == "alone/2 of 0")
        #expect(scene.text("key/5", on: 0) == nil)
        #expect(throws: JournalError.self) { try Repair.plan("other", files: SimulatedFileSystem(seed: 1)) }
    }
}
