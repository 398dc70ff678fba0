import Causality
import Journal
import Platform

// What the simulation knows about identities and the nodes cannot.
extension SimulatedCluster {
    /// How long bytes may be under way that a process sent before its machine went back in time.
    private static let underWay = Delay.seconds(10)

    /// Whether the node, whose machine went back in time at `since`, could give a dot away that names a write
    /// already, or shares its identity with another node.
    ///
    /// Writes of its identity that nobody has any more are given up for good, once nothing is under way.
    func mayReuseDots(_ node: SimulatedNode, _ journal: RecordJournal, since: Instant) -> Bool {
        let peer = journal.identity.peer
        let others = self.nodes.filter { $0.number != node.number }
        if others.contains(where: { $0.lastPeer == peer }) { return true }
        var lost: [Int] = []
        for (index, write) in self.history.writes.enumerated()
        where write.dot.peer == peer && write.dot.sequence > journal.ownSequence && !write.isLost {
            if others.contains(where: { $0.knownContext?.contains(write.dot) ?? false }) { return true }
            lost.append(index)
        }
        guard !lost.isEmpty else { return false }
        guard self.scheduler.now.since(since) >= Self.underWay else { return true }
        for index in lost { self.history.lose(index) }
        return false
    }
}
