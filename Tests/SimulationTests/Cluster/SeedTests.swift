import Simulation
import Testing

/// Whole clusters, each drawn from a seed: every promise is checked under every fault.
struct SeedTests {
    @Test(arguments: 1...240 as ClosedRange<UInt64>)
    func `a cluster under drawn load and faults keeps every promise`(seed: UInt64) {
        self.expectSoundness(of: seed, .short)
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `a cluster keeps every promise for longer`(seed: UInt64) {
        self.expectSoundness(of: seed, .standard)
    }

    @Test(arguments: 1...2 as ClosedRange<UInt64>)
    func `a cluster keeps every promise for a minute`(seed: UInt64) {
        self.expectSoundness(of: seed, .long)
    }

    private func expectSoundness(of seed: UInt64, _ profile: SimulationProfile) {
        let result = SimulationProgram.run(seed: seed, options: SimulationOptions(profile))
        #expect(result.violation == nil, "\(result.violation?.description ?? "")")
    }

    @Test func `one seed is one run`() {
        let options = SimulationOptions(.short)
        let first = SimulationProgram.run(seed: 7, options: options)
        let again = SimulationProgram.run(seed: 7, options: options)
        let other = SimulationProgram.run(seed: 8, options: options)
        #expect(first.traceHash == again.traceHash)
        #expect(first.writes == again.writes)
        #expect(first.traceHash != other.traceHash)
    }

    /// A soak once took 80 kB more with every seed: sessions and their connections held each other after a crash.
    @Test func `nothing of a run is left in memory`() {
        for seed in 1...16 as ClosedRange<UInt64> {
            weak var cluster: SimulatedCluster?
            do {
                let run = SimulationRun(seed: seed, options: SimulationOptions(.short))
                cluster = run.cluster
                _ = run.run()
            }
            #expect(cluster == nil, "seed \(seed)")
        }
    }

    @Test func `faults of most kinds happen, and writes are acknowledged`() {
        var names: Set<String> = []
        var acknowledged = 0
        SimulationProgram.run(seeds: 201...270, options: SimulationOptions(.short)) { result in
            names.formUnion(result.faults.map(\.name))
            acknowledged += result.acknowledged
            return true
        }
        // Each kind by itself: FaultTests.
        #expect(names.count > ClusterFault.allCases.count * 3 / 4)
        #expect(acknowledged > 800)
    }
}
