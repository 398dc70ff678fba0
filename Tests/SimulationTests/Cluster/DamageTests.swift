import Causality
import DataModel
import Journal
import Platform
import Replication
import Simulation
import Testing

/// Damaged disks: what is not what was written is refused by name, never served, and healed by the others.
struct DamageTests {
    private static let segment = "data/log/00000001.seg"

    /// Three equal nodes with some keys, and where on the first node's disk the value of one lies.
    private func equalScene(nodes: Int = 3) throws -> (scene: ClusterScene, place: Int) {
        let scene = try ClusterScene(nodes: nodes) { $0.segmentLength = 32768 }
        scene.write(20, on: 0)
        scene.expectEquality()
        let bytes = try #require(scene.node(0).machine.files.contents(of: Self.segment))
        let value = Array("key/5 of 0".utf8)
        let place = try #require(bytes.indices.first { bytes[$0...].starts(with: value) })
        return (scene, place)
    }

    private func strike(_ scene: ClusterScene, _ damage: (SimulatedFileSystem) -> Void) {
        damage(scene.node(0).machine.files)
        scene.node(0).noteDamage()
    }

    private func readError(_ key: Key, on node: SimulatedNode) -> JournalError? {
        let found = node.perform { replica -> JournalError? in
            do throws(ReplicaError) {
                var value: [UInt8] = []
                _ = try replica.read(key.bytes.span, into: &value)
                return nil
            } catch {
                guard case .journal(let error) = error else { return nil }
                return error
            }
        }
        return found ?? nil
    }

    @Test(arguments: [ClusterFault.bitRot, .rottenSector, .misdirectedWrite])
    func `a value damaged under a running node is an error that names the place, is told once, and stays there`(
        kind: ClusterFault
    ) throws {
        let (scene, place) = try self.equalScene()
        defer { scene.cluster.discard() }
        self.strike(scene) { files in
            switch kind {
            case .bitRot: files.flipBit(Self.segment, at: place + 3, bit: 5)
            case .rottenSector: files.rotSectors(Self.segment, place..<place + 1)
            default: files.misdirect(place..<place + 8, of: Self.segment, to: 30_000, of: Self.segment)
            }
        }
        for _ in 0..<2 {
            let error = try #require(self.readError("key/5", on: scene.node(0)))
            #expect("\(error)".contains(Self.segment) && "\(error)".contains("at byte "))
            scene.run(.milliseconds(100))
        }
        #expect(scene.failures(on: 0).count { $0.contains("cannot be read") } == 1)
        #expect(scene.node(0).replica?.status().damage?.contains(Self.segment) == true)
        // A newcomer wants everything: from the damaged node it gets nothing wrong, from the other all.
        scene.node(2).kill()
        scene.node(2).replaceDisk(by: nil)
        try scene.node(2).start()
        scene.run(.seconds(5))
        #expect(scene.text("key/5", on: 2) == "key/5 of 0")
        let aside = DiskOperator(of: scene.cluster, excusesLosses: false)
        try aside.retire(scene.node(0))
        #expect(!scene.node(0).isDamaged)
        scene.expectEquality()
        #expect(scene.text("key/5", on: 0) == "key/5 of 0")
    }

    @Test func `records around a sector that cannot be read reach a newcomer`() throws {
        // Reading ahead went over the bad sector and failed, and with it every conversation.
        let scene = try ClusterScene(nodes: 2) { $0.segmentLength = 32768 }
        defer { scene.cluster.discard() }
        scene.node(1).kill()
        scene.write(5, on: 0)
        scene.run(.milliseconds(100))
        let files = scene.node(0).machine.files
        let used = files.usedLength(of: Self.segment)
        files.rotSectors(Self.segment, (used / 512 + 1) * 512..<(used / 512 + 2) * 512)
        // The next records come to lie right before it and behind it; those behind make it readable again.
        try scene.node(1).start()
        scene.expectEquality()
        #expect(scene.text("key/4", on: 1) == "key/4 of 0")
    }

    @Test(arguments: [ClusterFault.bitRot, .rottenSector, .misdirectedWrite])
    func `a node refuses a damaged identity by file and byte, and an empty disk fills up from the peers`(
        kind: ClusterFault
    ) throws {
        let (scene, _) = try self.equalScene()
        defer { scene.cluster.discard() }
        scene.node(0).kill()
        let path = "data/identity"
        self.strike(scene) { files in
            switch kind {
            case .bitRot: files.flipBit(path, at: 70, bit: 1)
            case .rottenSector: files.rotSectors(path, 0..<1)
            default: files.misdirect(512..<1024, of: Self.segment, to: 0, of: path)
            }
        }
        let error = #expect(throws: NodeStartFailure.self) { try scene.node(0).start() }
        let text = "\(try #require(error))"
        #expect(text.contains(path) && !scene.node(0).isRunning)
        let aside = DiskOperator(of: scene.cluster, excusesLosses: false)
        try aside.start(scene.node(0))
        scene.expectEquality()
        #expect(scene.text("key/5", on: 0) == "key/5 of 0")
        #expect(!scene.cluster.history.writes.contains { $0.isExcused })
    }

    @Test func `what rotted at the end of the log is cut off, and its name is given to no other write`() throws {
        // Seed 153 of profile beyond: the last group had been synced and told of, no mark said so, and the
        // node gave its dot to another write. A client could know it, or a peer.
        let (scene, _) = try self.equalScene(nodes: 2)
        defer { scene.cluster.discard() }
        let before = try #require(scene.node(0).replica?.journal.identity.peer)
        scene.cluster.cut(0, 1)
        scene.run(.seconds(1))
        guard case .written(let told) = scene.client(0).put("last", Array("told".utf8)) else {
            Issue.record("the write was refused")
            return
        }
        scene.run(.seconds(1))
        let history = scene.cluster.history
        #expect(history.writes[told].isAcknowledged)
        scene.node(0).crash()
        self.strike(scene) { $0.flipBit(Self.segment, at: $0.usedLength(of: Self.segment) - 1, bit: 0) }
        try scene.node(0).start()
        let journal = try #require(scene.node(0).replica?.journal)
        #expect(journal.opening.cutBytes > 0)
        #expect(journal.opening.minted == .torn)
        #expect(journal.identity.predecessors == [before])
        // Nobody else had it.
        history.excuse(told)
        scene.run(.seconds(2))
        guard case .written(let other) = scene.client(0).put("last", Array("other".utf8)) else {
            Issue.record("the write was refused")
            return
        }
        #expect(history.writes[told].dot != history.writes[other].dot)
        scene.cluster.heal(0, 1)
        scene.expectEquality()
    }

    @Test func `a last write that was lost without a trace is known to the peers, whose word is heard first`() throws {
        let (scene, _) = try self.equalScene(nodes: 2)
        defer { scene.cluster.discard() }
        let before = try #require(scene.node(0).replica?.journal.identity.peer)
        let files = scene.node(0).machine.files
        let start = files.usedLength(of: Self.segment)
        scene.client(0).put("last", Array("told".utf8))
        scene.expectEquality()
        scene.node(0).crash()
        self.strike(scene) { files in
            files.misdirect(start..<files.usedLength(of: Self.segment), of: Self.segment, to: 1 << 20, of: Self.segment)
        }
        try scene.node(0).start()
        #expect(scene.node(0).replica?.journal.opening.cutBytes == 0)
        scene.run(.seconds(2))
        #expect(scene.node(0).replica?.journal.identity.peer != before)
        scene.client(0).put("next", [1])
        scene.expectEquality()
        #expect(scene.text("last", on: 0) == "told")
    }

    @Test func `a refusal of a disk that nothing has harmed is a violation`() throws {
        let (scene, place) = try self.equalScene()
        defer { scene.cluster.discard() }
        scene.node(0).kill()
        scene.node(0).machine.files.flipBit(Self.segment, at: place, bit: 0)
        try DiskOperator(of: scene.cluster, excusesLosses: false).start(scene.node(0))
        #expect(scene.cluster.violation?.invariant == .damage)
    }

    @Test func `the atlas harms a minority, and no disk that alone holds a write`() throws {
        let plan = FaultPlan(kinds: [.bitRot], pause: DelayRange(.seconds(1), .seconds(1)))
        var random = SimulationRandom(seed: 1)
        for nodes in 3...5 {
            let scene = try ClusterScene(nodes: nodes)
            defer { scene.cluster.discard() }
            let atlas = FaultAtlas(plan, nodeCount: nodes, &random)
            let vulnerable = scene.cluster.nodes.filter { atlas.mayLose($0) }
            #expect(vulnerable.count == (nodes - 1) / 2)
            let node = try #require(vulnerable.first)
            scene.expectEquality()
            #expect(atlas.mayDamage(node, in: scene.cluster))
            for other in scene.cluster.nodes where other.number != node.number {
                scene.cluster.cut(node.number, other.number)
            }
            scene.write(1, on: node.number, prefix: "alone/")
            scene.run(.seconds(1))
            #expect(!atlas.mayDamage(node, in: scene.cluster))
            #expect(atlas.mayEnd(node, in: scene.cluster), "its disk is sound")
            node.noteDamage()
            #expect(!atlas.mayEnd(node, in: scene.cluster))
            scene.cluster.healLinks()
            scene.expectEquality()
            #expect(atlas.mayEnd(node, in: scene.cluster))
        }
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `damage beyond repair ends in correct service or in a refusal`(seed: UInt64) {
        let result = SimulationProgram.run(seed: seed, options: SimulationOptions(.beyond))
        #expect(result.violation == nil, "\(result.violation?.description ?? "")")
    }
}
