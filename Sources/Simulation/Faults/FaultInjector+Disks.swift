import Journal
import Platform
import Replication

// Disks that are slow, stuck, full, or fail.
extension FaultInjector {
    func strain(_ kind: ClusterFault, _ node: SimulatedNode) {
        let files = node.machine.files
        self.note(kind)
        switch kind {
        case .slowDisk: files.conditions.slowness = 20
        case .stuckDisk: files.stall()
        case .fullDisk: files.conditions.capacity = UInt64(files.usedBytes + self.random.below(8_000))
        case .failedRead:
            files.failNextRead(1 + self.random.below(3))
            return
        case .failedSync:
            files.failNextSync()
            self.restartAfterFailure(node)
            return
        default:
            files.failNextWrite()
            self.restartAfterFailure(node)
            return
        }
        self.schedule(after: self.drawDuration()) { _ in
            files.conditions.slowness = 1
            files.conditions.capacity = nil
            files.release()
        }
    }

    /// An operator looks after a node that reports a failed disk, sooner or later.
    private func restartAfterFailure(_ node: SimulatedNode) {
        self.schedule(after: self.drawDuration() * 2) { injector in
            guard node.replica?.journal.failure != nil, injector.atlas.mayEnd(node, in: injector.cluster) else {
                return
            }
            if injector.random.chance(0.5) { node.kill() } else { node.crash() }
            injector.schedule(after: injector.drawDuration()) { $0.restart(node) }
        }
    }
}
