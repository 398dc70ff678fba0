package import Platform

/// Which workloads a cluster is put under, and how fast they ask; drawn from a seed.
package struct LoadPlan: Sendable {
    /// The workloads; requests are shared out among them evenly.
    package var kinds: [WorkloadKind]
    /// What the mixed workload does.
    package var mix: WorkloadMix
    /// Time from one request to the next, over all nodes and workloads.
    package var pause: DelayRange
    /// Requests before the clients rest.
    package var requests: Int
    /// The requests that are made, by their ordinal numbers; nil for all. The others keep their times.
    package var only: OrdinalSet?

    /// A plan of these workloads.
    package init(_ kinds: [WorkloadKind], _ mix: WorkloadMix, pause: DelayRange, requests: Int) {
        self.kinds = kinds
        self.mix = mix
        self.pause = pause
        self.requests = requests
    }

    /// Draws a plan: the mixed workload, with some others or without, or one of the others alone.
    package init(_ random: inout SimulationRandom, requests: Int, over duration: Delay) {
        let mix = WorkloadMix(&random)
        var kinds: [WorkloadKind] = []
        switch random.below(8) {
        case 0, 1: kinds = [.mixed]
        case 2, 3: kinds = [WorkloadKind.leaderless[random.below(WorkloadKind.leaderless.count)]]
        case 4: kinds = WorkloadKind.leaderless
        default: kinds = WorkloadKind.leaderless.filter { $0 == .mixed || random.chance(0.3) }
        }
        let mean = duration.nanoseconds / UInt64(max(1, requests))
        // Bursts of some twenty requests each: on average the pause is the mean, but most are far shorter, so
        // that several requests meet in one turn, and writes of several nodes meet under way.
        let briefness = [1, 3, 30][random.below(3)] as UInt64
        let pause = DelayRange(
            .zero, Delay(nanoseconds: mean / briefness), slowRate: 0.05, slowFactor: 40 * briefness - 19)
        self.init(kinds, mix, pause: pause, requests: requests)
    }
}
