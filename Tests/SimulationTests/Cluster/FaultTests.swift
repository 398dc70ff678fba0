import AntiEntropy
import Platform
import Replication
import Simulation
import Testing

/// Each kind of fault alone: it is really done, and every promise is kept.
struct FaultTests {
    @Test(arguments: ClusterFault.allCases)
    func `a fault of each kind is really done, and harms no promise`(kind: ClusterFault) throws {
        let scene = try ClusterScene(nodes: 4, seed: 5) { settings in
            settings.limits.conversation.handshake = .milliseconds(300)
            settings.limits.conversation.progress = .milliseconds(600)
        }
        defer { scene.cluster.discard() }
        let plan = FaultPlan(
            kinds: [kind], pause: DelayRange(.milliseconds(50), .milliseconds(400)),
            duration: DelayRange(.milliseconds(20), .milliseconds(300)))
        var random = SimulationRandom(seed: 5)
        let pause = DelayRange(.zero, .milliseconds(40))
        let load = ClientLoad(
            LoadPlan([.mixed], WorkloadMix(&random), pause: pause, requests: 400), on: scene.cluster)
        let injector = FaultInjector(plan, on: scene.cluster)
        load.start()
        injector.start()
        scene.run(.seconds(8))
        load.stop()
        try injector.mend()
        scene.run(.milliseconds(500))
        try injector.mend()
        // Damaged nodes are opened anew as soon as the others have all that they have.
        for _ in 0..<100 where try injector.retireDamaged() { scene.run(.milliseconds(50)) }
        scene.expectEquality()
        #expect(injector.coverage.count(of: kind) > 0)
    }
}
