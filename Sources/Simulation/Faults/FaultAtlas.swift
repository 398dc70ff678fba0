import Causality
import Replication

/// Which disks may be harmed, and when, so that no record loses its last good copy.
///
/// After TigerBeetle's atlas of faults. In a seed with damage, a fixed minority of the nodes is vulnerable:
/// only their disks are damaged, wiped or replaced. And a disk is damaged only while the others hold
/// durably, or hold successors of, every record it holds: records through their dots, and so are the joins,
/// floors and gone frames that name them. From then on its node goes on taking writes that nobody else may
/// have yet; so it is ended by no fault until the others have those too.
///
/// Whatever is lost under the atlas is a violation.
package struct FaultAtlas {
    /// Whether a node's disk may be harmed, by the nodes' numbers.
    private let isVulnerable: [Bool]
    /// Without it everything may be harmed at any time.
    private let isKept: Bool

    /// Draws the vulnerable nodes of a cluster, for a plan of faults.
    package init(_ plan: FaultPlan, nodeCount: Int, _ random: inout SimulationRandom) {
        self.isKept = plan.kinds.contains { $0.isDamage } && !plan.isBeyondRepair
        var isVulnerable = [Bool](repeating: !self.isKept, count: nodeCount)
        if self.isKept {
            let first = random.below(nodeCount)
            for offset in 0..<(nodeCount - 1) / 2 { isVulnerable[(first + offset) % nodeCount] = true }
        }
        self.isVulnerable = isVulnerable
    }

    /// Whether the node's disk may be lost.
    package func mayLose(_ node: SimulatedNode) -> Bool { self.isVulnerable[node.number] }

    /// Whether the node's disk may be damaged now.
    package func mayDamage(_ node: SimulatedNode, in cluster: SimulatedCluster) -> Bool {
        guard self.isKept else { return true }
        // What such a node writes may reach nobody.
        let isApart = node.isStopping || cluster.nodes.contains(where: \.isTwin)
        return self.mayLose(node) && !isApart && node.configuration.versions == node.versions
            && self.isCovered(node, node.knownContext, in: cluster)
    }

    /// Whether the node's process may be ended now: what only it could still tell would be lost with it.
    package func mayEnd(_ node: SimulatedNode, in cluster: SimulatedCluster) -> Bool {
        !node.isDamaged || self.isCovered(node, node.durableContext, in: cluster)
    }

    /// Whether that of the node is held, or succeeded, on disks that are never harmed.
    ///
    /// What is not synced may be on the medium all the same, and be harmed there (short seed 8001698).
    private func isCovered(
        _ node: SimulatedNode, _ context: CausalContext?, in cluster: SimulatedCluster
    ) -> Bool {
        guard self.isKept else { return true }
        // What a node that heals was given, others have. What is on a disk that was just replaced nobody knows.
        guard let held = context else { return node.isRunning }
        var union = CausalContext()
        for other in cluster.nodes where !self.isVulnerable[other.number] {
            if let context = other.durableContext { union.formUnion(context) }
        }
        return union.isSuperset(of: held)
    }
}
