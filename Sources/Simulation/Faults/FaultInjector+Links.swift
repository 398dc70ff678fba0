import Platform

// Links that are cut, clogged or slow.
extension FaultInjector {
    func disturb(_ kind: ClusterFault, _ node: SimulatedNode) {
        let other = self.drawOther(than: node)
        let (left, right) = (SimulatedCluster.host(node.number), SimulatedCluster.host(other.number))
        let duration = self.drawDuration()
        self.note(kind)
        switch kind {
        case .oneWayCut: self.cluster.fabric.cut(from: left, to: right)
        case .isolation:
            self.cluster.fabric.isolate(left)
            self.schedule(after: duration) { $0.reconnect(node) }
            return
        case .partition:
            self.split(for: duration)
            return
        case .swizzle:
            self.swizzle()
            return
        case .clog:
            self.cluster.fabric.clog(from: left, to: right, for: duration)
            return
        case .slowLink:
            self.cluster.fabric.slow(from: left, to: right, by: 10 + self.random.below(UInt64(90)), for: duration)
            return
        default: self.cluster.cut(node.number, other.number)
        }
        self.schedule(after: duration) { $0.cluster.heal(node.number, other.number) }
    }

    private func reconnect(_ node: SimulatedNode) {
        for other in self.cluster.nodes.indices where other != node.number { self.cluster.heal(node.number, other) }
    }

    /// Cuts all links between two groups of nodes, neither of them empty.
    private func split(for duration: Delay) {
        let count = self.cluster.nodes.count
        let members = 1 + self.random.below((1 << count) - 2)
        let isLeft = { (node: Int) in members >> node & 1 == 1 }
        var links: [(Int, Int)] = []
        for left in 0..<count where isLeft(left) {
            for right in 0..<count where !isLeft(right) { links.append((left, right)) }
        }
        for link in links { self.cluster.cut(link.0, link.1) }
        self.schedule(after: duration) { injector in
            for link in links { injector.cluster.heal(link.0, link.1) }
        }
    }

    /// Cuts some nodes off one by one, in any order, and reconnects them one by one in another: FoundationDB's
    /// swizzle, which finds what depends on the order in which links come back.
    private func swizzle() {
        let chosen = self.inAnyOrder(self.cluster.nodes).prefix(1 + self.random.below(self.cluster.nodes.count))
        var delay = Delay.zero
        for node in chosen {
            delay = delay + self.drawDuration()
            self.schedule(after: delay) { $0.cluster.fabric.isolate(SimulatedCluster.host(node.number)) }
        }
        for node in self.inAnyOrder(Array(chosen)) {
            delay = delay + self.drawDuration()
            self.schedule(after: delay) { $0.reconnect(node) }
        }
    }

    /// Fisher and Yates.
    private func inAnyOrder(_ nodes: [SimulatedNode]) -> [SimulatedNode] {
        var result = nodes
        for index in result.indices.reversed() { result.swapAt(index, self.random.below(index + 1)) }
        return result
    }
}
