import Causality
import DataModel
import Journal
import Platform
import Replication
import Simulation
import Testing

/// What was acknowledged survives; what was not is whole or absent.
struct CrashTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `nodes that are killed again and again under load lose nothing`(seed: UInt64) throws {
        try self.trouble([.kill], seed: seed, batchesOnly: false)
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `batches are whole or absent after power cuts`(seed: UInt64) throws {
        try self.trouble([.crash, .panic], seed: seed, batchesOnly: true)
    }

    /// Three nodes under load for two seconds, with such a fault every few milliseconds; then rest.
    private func trouble(_ kinds: [ClusterFault], seed: UInt64, batchesOnly: Bool) throws {
        let scene = try ClusterScene(seed: seed)
        defer { scene.cluster.discard() }
        var random = SimulationRandom(seed: seed)
        var mix = WorkloadMix(&random)
        if batchesOnly {
            mix.weights = WorkloadMix.Request.allCases.map { $0 == .batch ? 1 : 0 }
            mix.valueLength = 200
        }
        let pause = DelayRange(.zero, .milliseconds(13), slowRate: 0.05, slowFactor: 20)
        let workload = ClientLoad(LoadPlan([.mixed], mix, pause: pause, requests: 150), on: scene.cluster)
        let plan = FaultPlan(
            kinds: kinds, pause: DelayRange(.milliseconds(20), .milliseconds(200)),
            duration: DelayRange(.milliseconds(1), .milliseconds(100)))
        let injector = FaultInjector(plan, on: scene.cluster)
        workload.start()
        injector.start()
        scene.run(.seconds(2))
        workload.stop()
        try injector.mend()
        scene.expectEquality()
        scene.write(1, on: 0, prefix: "after/")
        scene.expectEquality()
        #expect(injector.records.count > 5)
        #expect(scene.cluster.history.writes.contains { $0.isAcknowledged })
    }

    @Test func `a process killed at any step, and a power cut later, lose nothing`() throws {
        // The events from one number to another hold several beginnings of a segment.
        for events in 60..<140 {
            let scene = try ClusterScene(nodes: 1, seed: 3)
            defer { scene.cluster.discard() }
            let value = [UInt8](repeating: 7, count: 900)
            for step in 0..<events {
                if step % 4 == 0 { scene.client(0).put("key/\(step)", value) }
                scene.cluster.scheduler.step()
            }
            scene.node(0).kill()
            try scene.node(0).start()
            scene.write(1, on: 0, prefix: "last/")
            scene.run(.milliseconds(50))
            scene.node(0).crash()
            try scene.node(0).start()
            scene.expectEquality(within: .seconds(3))
            #expect(scene.text("last/0", on: 0) == "last/0 of 0", "killed after \(events) events")
        }
    }

    @Test(arguments: [Durability.always, .interval(.milliseconds(10)), .never])
    func `a disk that refuses writes is asked again now and then, and takes everything in the end`(
        durability: Durability
    ) throws {
        let scene = try ClusterScene(nodes: 1) { $0.durability = durability }
        defer { scene.cluster.discard() }
        scene.node(0).machine.files.failNextWrite(12)
        scene.client(0).put("k", [1])
        scene.run(.milliseconds(100))
        let journal = try #require(scene.node(0).replica?.journal)
        #expect(journal.isRefused && !journal.hasFailed && journal.syncedLSN < journal.appendedLSN)
        scene.client(0).put("refused", [2])
        let before = scene.cluster.scheduler.eventCount
        scene.run(.seconds(5))
        #expect(scene.cluster.scheduler.eventCount - before < 200)
        #expect(!journal.isRefused && journal.attempts == 12 && journal.writtenLSN == journal.appendedLSN)
        scene.client(0).put("later", [3])
        scene.run(.seconds(1))
        scene.node(0).kill()
        try scene.node(0).start()
        scene.run(.seconds(1))
        #expect(scene.client(0).value(of: "k") == [1])
        #expect(scene.client(0).value(of: "refused") == nil && scene.client(0).value(of: "later") == [3])
    }

    @Test(arguments: [
        (Durability.always, true), (.interval(.milliseconds(10)), true), (.never, true), (.always, false),
        (.interval(.milliseconds(10)), false),
    ])
    func `a disk that is stuck or has failed does not keep the thread turning`(
        durability: Durability, isStuck: Bool
    ) throws {
        let scene = try ClusterScene(nodes: 1) { $0.durability = durability }
        defer { scene.cluster.discard() }
        if isStuck {
            scene.node(0).machine.files.stall()
        } else {
            scene.node(0).machine.files.failNextSync()
        }
        scene.client(0).put("k", [1])
        scene.run(.milliseconds(100))
        scene.client(0).put("k", [2])
        let before = scene.cluster.scheduler.eventCount
        scene.run(.seconds(5))
        #expect(scene.cluster.scheduler.eventCount - before < 200)
        #expect((scene.node(0).replica?.journal.failure != nil) != isStuck)
        scene.node(0).machine.files.release()
        if !isStuck {
            scene.node(0).kill()
            try scene.node(0).start()
        }
        scene.run(.seconds(1))
        // The system may well have what a failed sync has not made durable.
        #expect(scene.client(0).value(of: "k") == (isStuck ? [2] : [1]))
    }

    @Test func `a directory replaced by an older copy of itself mints a new identity`() throws {
        let scene = try ClusterScene()
        defer { scene.cluster.discard() }
        scene.write(20, on: 0, prefix: "before/")
        scene.expectEquality()
        let image = try #require(scene.node(0).backUp())
        let before = try #require(scene.node(0).replica?.journal.identity.peer)
        scene.write(20, on: 0, prefix: "later/")
        scene.expectEquality()
        scene.node(0).crash()
        scene.node(0).replaceDisk(by: image)
        try scene.node(0).start()
        let identity = try #require(scene.node(0).replica?.journal.identity)
        #expect(identity.peer != before)
        #expect(identity.predecessors.contains(before))
        scene.write(20, on: 0, prefix: "restored/")
        scene.expectEquality()
        #expect(scene.text("later/19", on: 0) == "later/19 of 0")
        #expect(scene.text("restored/19", on: 2) == "restored/19 of 0")
    }

    @Test(arguments: [Durability.never, .interval(.seconds(5))])
    func `a write that was told of and taken back lends its name to no other`(durability: Durability) throws {
        let scene = try ClusterScene(nodes: 2) { $0.durability = durability }
        defer { scene.cluster.discard() }
        scene.expectEquality()
        scene.node(1).kill()
        guard case .written(let told) = scene.client(0).put("k", Array("told".utf8)) else {
            Issue.record("the write was refused")
            return
        }
        var token: ReadToken?
        scene.client(0).read("k") { token = $0 }
        // Nothing of it has been written yet.
        scene.node(0).crash()
        try scene.node(0).start()
        scene.run(.seconds(2))
        guard case .written(let other) = scene.client(0).put("k", Array("other".utf8)) else {
            Issue.record("the write was refused")
            return
        }
        let history = scene.cluster.history
        #expect(history.writes[told].isLost)
        #expect(history.writes[told].dot != history.writes[other].dot)
        // Whoever had read the lost write replaces that, and nothing else.
        let read = try #require(token)
        scene.client(0).put("k", Array("stale".utf8), after: read)
        #expect(scene.client(0).siblings(of: "k").count == 2)
        try scene.node(1).start()
        scene.expectEquality()
    }

    @Test func `two running nodes with one peer ID are refused and both say so`() throws {
        let scene = try ClusterScene(nodes: 2)
        defer { scene.cluster.discard() }
        scene.write(5, on: 0)
        scene.expectEquality()
        let image = try #require(scene.node(0).backUp())
        scene.node(1).kill()
        // A clone of the whole machine: no copying program could make one.
        scene.node(1).replaceDisk(by: image, isMachine: true)
        try scene.node(1).start()
        #expect(scene.node(0).replica?.journal.identity.peer == scene.node(1).replica?.journal.identity.peer)
        scene.run(.seconds(10))
        for number in 0..<2 {
            let failures = scene.failures(on: number)
            #expect(failures.contains { $0.contains("peer ID") }, "node \(number + 1) said \(failures)")
        }
        #expect(scene.cluster.nodes.allSatisfy { $0.counters.conversationsRefused > 0 })
    }
}
