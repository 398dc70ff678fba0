import Platform

// Disks whose bytes are harmed, and what the atlas of faults forbids for their sake.
extension FaultInjector {
    /// Whether a fault may strike a node now.
    func isAllowed(_ kind: ClusterFault, on node: SimulatedNode) -> Bool {
        switch kind {
        case .crash, .panic, .kill, .otherCluster: self.atlas.mayEnd(node, in: self.cluster)
        // What is accepted during an orderly stop, or under another version, is told to nobody.
        case .stop, .otherVersion: !node.isDamaged || self.plan.isBeyondRepair
        case .wipe, .rollback, .machineRollback, .logRollback, .lostLock, .lostIdentity, .lostSegment, .restore,
            .forget:
            self.mayReplaceDisk(of: node)
        case .clone, .hotCopy, .twin: self.cluster.nodes.count > 1 && self.mayReplaceDisk(of: node)
        case .bitRot, .rottenSector, .misdirectedWrite: self.atlas.mayDamage(node, in: self.cluster)
        case .cut, .oneWayCut, .isolation, .partition, .swizzle, .clog, .slowLink: self.cluster.nodes.count > 1
        case .pause, .longPause, .secondProcess, .slowDisk, .stuckDisk, .fullDisk, .failedSync, .failedWrite,
            .failedRead, .clockForward, .clockBack, .clockDrift:
            true
        }
    }

    private func mayReplaceDisk(of node: SimulatedNode) -> Bool {
        self.atlas.mayLose(node) && self.atlas.mayEnd(node, in: self.cluster)
    }

    /// Damages a disk: of a node as it runs or is down, or of one that is ended for it.
    func damage(_ kind: ClusterFault, _ node: SimulatedNode) {
        if self.plan.isBeyondRepair, kind == .misdirectedWrite, node.isRunning, self.random.chance(0.5) {
            self.note(kind)
            node.noteDamage()
            node.machine.files.misdirectNextWrite()
            return
        }
        if node.isRunning, self.random.chance(0.5) { self.end([.crash, .kill][self.random.below(2)], node) }
        var damage = DiskDamage(to: node, SimulationRandom(seed: self.random.next()))
        guard damage.strike(kind) else { return }
        self.note(kind)
        node.noteDamage()
    }

    /// Once everything is mended: has damaged nodes opened anew, each as soon as the others have all that
    /// it has. Returns whether any is left that was not.
    package func retireDamaged() throws(NodeStartFailure) -> Bool {
        for node in self.cluster.nodes where node.isDamaged {
            guard self.atlas.mayEnd(node, in: self.cluster) else { continue }
            try self.diskOperator.retire(node)
        }
        try self.diskOperator.acceptLosses()
        return self.cluster.nodes.contains { $0.isDamaged }
    }
}
