import Causality
import DataModel
import Journal
import Platform
import Replication
import Simulation
import Testing

/// The workloads alone on a quiet cluster: each keeps its promise, and finds what breaks it.
struct WorkloadTests {
    /// A cluster that has been under one workload for some time.
    private static func scene(
        under kind: WorkloadKind, requests: Int = 150, nodes: Int = 3
    ) throws -> (scene: ClusterScene, load: ClientLoad) {
        let scene = try ClusterScene(nodes: nodes)
        var random = SimulationRandom(seed: 1)
        let pause = DelayRange(.zero, .milliseconds(20))
        let plan = LoadPlan([kind], WorkloadMix(&random), pause: pause, requests: requests)
        let load = ClientLoad(plan, on: scene.cluster)
        load.start()
        scene.run(.seconds(5))
        load.check()
        return (scene, load)
    }

    private static func settle(_ scene: ClusterScene, _ load: ClientLoad) {
        load.stop()
        let isAtRest = scene.cluster.run(atMost: .seconds(30)) { load.isAtRest && scene.cluster.isConverged }
        #expect(isAtRest)
        load.check()
        load.checkAtRest()
    }

    @Test(arguments: WorkloadKind.leaderless)
    func `a workload alone on a quiet cluster finds nothing`(kind: WorkloadKind) throws {
        let (scene, load) = try Self.scene(under: kind)
        defer { scene.cluster.discard() }
        Self.settle(scene, load)
        // Some workloads ask more when they are checked.
        let isAtRest = scene.cluster.run(atMost: .seconds(30)) { load.isAtRest && scene.cluster.isConverged }
        #expect(isAtRest)
        scene.expectSoundness()
        #expect(load.made > 100)
        #expect(!scene.cluster.history.writes.isEmpty)
    }

    /// Deletes a key behind the back of history and clients.
    private static func delete(_ key: Key, on scene: ClusterScene) throws {
        let deleted = scene.node(0).perform { try? $0.delete(key.bytes.span) }
        _ = try #require(deleted ?? nil)
    }

    @Test func `a cart that somebody has emptied is found`() throws {
        let (scene, load) = try Self.scene(under: .carts)
        defer { scene.cluster.discard() }
        try Self.delete("set/cart", on: scene)
        Self.settle(scene, load)
        #expect(scene.cluster.violation?.invariant == .cart)
    }

    @Test func `a group of keys of which one has gone its own way is found`() throws {
        let (scene, load) = try Self.scene(under: .batches)
        defer { scene.cluster.discard() }
        try Self.delete("batch/0/1", on: scene)
        load.check()
        #expect(scene.cluster.violation?.invariant == .batch)
    }

    @Test func `a condition that is judged by something else than what was written is found`() throws {
        let (scene, load) = try Self.scene(under: .conditions, requests: 1200, nodes: 1)
        defer { scene.cluster.discard() }
        for number in 0..<3 {
            scene.client(0).put(Key("once/\(number)"), [1])
            try Self.delete(Key("once/\(number)"), on: scene)
        }
        scene.run(.seconds(5))
        #expect(load.made > 400)
        #expect(scene.cluster.violation?.invariant == .condition)
    }

    @Test func `a reader of a feed who missed a change is found`() throws {
        let (scene, load) = try Self.scene(under: .watches, nodes: 1)
        defer { scene.cluster.discard() }
        load.stop()
        let isAtRest = scene.cluster.run(atMost: .seconds(30)) { load.isAtRest }
        #expect(isAtRest)
        scene.client(0).put("watch/0", Array("missed".utf8))
        load.checkAtRest()
        #expect(scene.cluster.violation?.invariant == .feed)
    }

    @Test func `a feed behind a context that lacks forgotten deletes tells its reader to begin anew`() throws {
        let scene = try ClusterScene(nodes: 1)
        defer { scene.cluster.discard() }
        scene.client(0).put("k", [1])
        scene.run(.seconds(1))
        let replica = try #require(scene.node(0).replica)
        let early = replica.journal.syncedContext
        scene.client(0).delete("k")
        scene.run(.seconds(1))
        // The delete is collected: a snapshot no longer has it, and the floor rises above it.
        let context = replica.journal.context
        try replica.journal.dropAbsent(closing: context, streamed: CausalContext())
        try replica.journal.join(context: context, floor: context.vector)
        scene.write(1, on: 0)
        scene.run(.seconds(1))
        func answer(since context: CausalContext) -> Result<[KeyChange]?, ChangeFeedError>? {
            var answer: Result<[KeyChange]?, ChangeFeedError>?
            let feed = ChangeFeed(from: .unbounded, to: .unbounded, since: context, in: replica.journal)
            feed.ask(replica) { answer = $0 }
            return answer
        }
        guard case .failure(.outdated) = answer(since: early) else {
            Issue.record("an old context is taken for a good one")
            return
        }
        // Whoever holds nothing need not hear of deletes, and whoever had heard of this one goes on.
        for context in [CausalContext(), context] {
            guard case .success(let changes) = answer(since: context) else {
                Issue.record("nothing is told")
                return
            }
            #expect(changes?.map(\.key) == [Array("key/0".utf8)])
        }
    }

    @Test func `what another node had told and this one has not heard of is told again`() throws {
        let scene = try ClusterScene(nodes: 2)
        defer { scene.cluster.discard() }
        scene.client(0).put("k", Array("old".utf8))
        scene.expectEquality()
        scene.cluster.cut(0, 1)
        scene.client(0).put("k", Array("new".utf8))
        scene.run(.seconds(1))
        let first = try #require(scene.node(0).replica)
        let second = try #require(scene.node(1).replica)
        // A reader has seen the new value on the first node, and nothing else.
        let write = try #require(scene.cluster.history.writes.last)
        let feed = ChangeFeed(
            from: .unbounded, to: .unbounded, since: CausalContext([write.dot]), in: second.journal)
        var told: [[UInt8]?] = []
        func ask() { feed.ask(second) { told += ((try? $0.get()) ?? nil ?? []).map(\.value) } }
        ask()
        #expect(told == [Array("old".utf8)])
        scene.cluster.healLinks()
        scene.expectEquality()
        ask()
        #expect(told == [Array("old".utf8), Array("new".utf8)])
        #expect(first.journal.context == second.journal.context)
    }

    /// Seed 1196 of the short profile: under a weak durability a change was told with a newer value of its key
    /// that was not synced; a failed sync took that back, and the reader kept it.
    @Test func `a feed tells no value that a crash could take back, whatever the durability`() throws {
        let scene = try ClusterScene(nodes: 1) { $0.durability = .never }
        defer { scene.cluster.discard() }
        let replica = try #require(scene.node(0).replica)
        scene.client(0).put("k", Array("old".utf8))
        scene.node(0).perform { $0.requestSync() }
        scene.run(.seconds(1))
        scene.client(0).put("k", Array("new".utf8))
        var told: [[UInt8]?] = []
        let feed = ChangeFeed(from: .unbounded, to: .unbounded, since: CausalContext(), in: replica.journal)
        feed.ask(replica) { told += ((try? $0.get()) ?? []).map(\.value) }
        #expect(told.isEmpty)
        scene.run(.seconds(1))
        feed.serve(replica)
        #expect(told == [Array("new".utf8)])
    }
}
