import Causality
import DataModel
import Journal
import Platform
import Replication
import Simulation
import Testing

/// Nodes made from backups, in clusters that have gone on since.
struct BackupSceneTests {
    /// Fetches a backup of a node while its cluster goes on.
    private static func backup(_ scene: ClusterScene, _ number: Int, since: CausalContext = CausalContext()) -> [UInt8]
    {
        let id = scene.node(number).perform { try? $0.openBackup(since: since) }
        guard let id, let id else { return [] }
        var bytes: [UInt8] = []
        while true {
            let piece = scene.node(number).perform { replica -> [UInt8]? in
                do {
                    return try replica.readBackup(id, maximumBytes: 300)
                } catch ReplicaError.backup(.syncing) {
                    return nil
                } catch {
                    return []
                }
            }
            scene.run(.milliseconds(3))
            guard let piece, let piece else { continue }
            guard !piece.isEmpty else { return bytes }
            bytes += piece
        }
    }

    private static func restore(_ scene: ClusterScene, _ number: Int, _ backups: [[UInt8]]) throws {
        var random = SimulationRandom(seed: 5)
        scene.node(number).crash()
        scene.node(number).replaceDisk(by: nil)
        try scene.node(number).restore(backups, &random)
        try scene.node(number).start()
    }

    private static func tombstones(_ scene: ClusterScene) -> Int {
        scene.cluster.nodes.reduce(0) { $0 + ($1.replica?.journal.index.tombstoneCount ?? 0) }
    }

    @Test func `an old backup brings back nothing that was deleted, and whose tombstones are gone`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        scene.write(30, on: 0)
        scene.expectEquality()
        let backup = Self.backup(scene, 0)
        for index in 0..<30 { scene.client(1).delete(Key("key/\(index)")) }
        scene.write(5, on: 1, prefix: "later/")
        scene.expectEquality()
        #expect(scene.cluster.run(atMost: .seconds(60)) { Self.tombstones(scene) == 0 })
        let before = scene.node(2).counters.rejoin.snapshotsReceived
        try Self.restore(scene, 2, [backup])
        let restored = try #require(scene.node(2).replica?.journal)
        #expect(restored.index.keyCount == 30)
        scene.run(.seconds(5))
        scene.expectEquality()
        for number in 0..<3 {
            #expect(scene.text("key/7", on: number) == nil)
            #expect(scene.text("later/3", on: number) == "later/3 of 1")
        }
        // It had not seen what has been collected, so that only a snapshot could bring it up to date.
        #expect(scene.node(2).counters.rejoin.snapshotsReceived > before)
    }

    @Test func `a cluster that has lost everything is as it was backed up`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        scene.write(20, on: 0, deletingEvery: 4)
        scene.expectEquality()
        let full = Self.backup(scene, 0)
        scene.write(10, on: 1, prefix: "more/")
        scene.expectEquality()
        var decoder = BackupDecoder()
        decoder.append(full)
        try decoder.check()
        let later = Self.backup(scene, 1, since: decoder.summary.context)
        #expect(later.count < full.count)
        scene.write(10, on: 2, prefix: "lost/")
        for number in 0..<3 { scene.node(number).crash() }
        for number in 0..<3 { scene.node(number).replaceDisk(by: nil) }
        try Self.restore(scene, 1, [full, later])
        try scene.node(0).start()
        try scene.node(2).start()
        scene.run(.seconds(3))
        scene.expectEquality()
        #expect(scene.text("key/5", on: 0) == "key/5 of 0" && scene.text("key/4", on: 0) == nil)
        #expect(scene.text("more/3", on: 2) == "more/3 of 1" && scene.text("lost/3", on: 1) == nil)
    }

    @Test func `a restored node and the one it was made from live side by side`() throws {
        let scene = try ClusterScene(nodes: 2)
        defer { scene.cluster.discard() }
        scene.write(10, on: 0)
        scene.expectEquality()
        let backup = Self.backup(scene, 0)
        try Self.restore(scene, 1, [backup])
        scene.run(.seconds(3))
        scene.write(10, on: 1, prefix: "b/")
        scene.write(10, on: 0, prefix: "a/")
        scene.run(.seconds(3))
        scene.expectEquality()
        let peers = Set(scene.cluster.nodes.compactMap { $0.replica?.journal.identity.peer })
        #expect(peers.count == 2)
        #expect(scene.text("a/3", on: 1) == "a/3 of 0" && scene.text("b/3", on: 0) == "b/3 of 1")
    }

    @Test func `a backup of a peer that was forgotten meanwhile brings back nothing that was deleted`() throws {
        let scene = try ClusterScene(nodes: 3, seed: 31)
        defer { scene.cluster.discard() }
        scene.write(20, on: 2)
        scene.expectEquality()
        let old = try #require(scene.node(2).replica?.journal.identity.peer)
        // Acknowledged, backed up, and told nobody: it is in the backup alone.
        for other in 0..<2 { scene.cluster.cut(2, other) }
        scene.client(2).put("mine", Array("kept".utf8))
        scene.run(.milliseconds(500))
        let backup = Self.backup(scene, 2)
        scene.node(2).crash()
        scene.cluster.healLinks()
        scene.run(.seconds(5))
        for index in 0..<20 { scene.client(0).delete(Key("key/\(index)")) }
        var outcome: Result<[PeerID], ReplicaError>?
        _ = scene.node(1).perform { $0.forget(["n3"]) { outcome = $0 } }
        scene.run(.seconds(30))
        #expect(try outcome?.get() == [old])
        for number in 0..<2 { #expect(scene.node(number).replica?.journal.index.tombstoneCount == 0) }
        try Self.restore(scene, 2, [backup])
        #expect(scene.node(2).replica?.journal.index.keyCount == 21)
        scene.run(.seconds(5))
        scene.expectEquality()
        for number in 0..<3 {
            #expect(scene.text("key/7", on: number) == nil && scene.text("mine", on: number) == "kept")
        }
        let peers = Set(scene.cluster.nodes.compactMap { $0.replica?.journal.identity.peer })
        #expect(peers.count == 3 && !peers.contains(old))
    }
}
