import Platform

// Wall clocks.
extension FaultInjector {
    func turn(_ kind: ClusterFault, _ node: SimulatedNode) {
        let now = self.cluster.scheduler.now
        // Seconds as a rule, and now and then hours or days: a battery was empty, or somebody mistyped.
        let most = [20_000, 20_000, 20_000, 7_200_000, 259_200_000][self.random.below(5)]
        let jump = Int64(1 + self.random.below(most))
        switch kind {
        case .clockBack: node.machine.clock.jump(by: -jump, at: now)
        case .clockDrift:
            // Up to a fifth faster or slower.
            node.machine.clock.setDrift(Int64(self.random.below(400_000)) - 200_000, at: now)
        default: node.machine.clock.jump(by: jump, at: now)
        }
        self.note(kind)
    }
}
