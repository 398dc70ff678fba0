import Platform

// Directories that are lost, go back in time, are copied, or lose a file.
extension FaultInjector {
    /// Now and then an operator copies a directory.
    func backUp() {
        guard self.plan.kinds.contains(where: { [.rollback, .machineRollback, .logRollback].contains($0) }),
            self.random.chance(0.3)
        else { return }
        let node = self.cluster.nodes[self.random.below(self.cluster.nodes.count)]
        if let image = node.backUp() { self.images[node.number] = image }
    }

    func replace(_ kind: ClusterFault, _ node: SimulatedNode) {
        guard node.isRunning else { return }
        switch kind {
        case .hotCopy: self.copyWhileRunning(node)
        case .clone, .twin: self.copyOther(kind, to: node)
        case .lostLock, .lostIdentity, .lostSegment: self.loseFile(kind, of: node)
        case .wipe: self.replaceDisk(of: node, by: nil, kind)
        default:
            guard let image = self.images[node.number] else { return }
            self.rollBack(kind, node, to: image)
        }
    }

    private func replaceDisk(
        of node: SimulatedNode, by image: DirectoryImage?, isMachine: Bool = false, _ kind: ClusterFault
    ) {
        self.note(kind)
        node.crash()
        node.machine.files.release()
        node.replaceDisk(by: image, isMachine: isMachine)
        self.schedule(after: self.drawDuration()) { $0.restart(node) }
    }

    private func rollBack(_ kind: ClusterFault, _ node: SimulatedNode, to image: DirectoryImage) {
        switch kind {
        case .machineRollback:
            // Another copy could bring back what everybody else has given up for lost.
            for index in self.images.indices { self.images[index] = nil }
            self.backups.forget()
            self.replaceDisk(of: node, by: image, isMachine: true, kind)
        case .logRollback:
            self.note(kind)
            node.crash()
            node.machine.files.release()
            node.replaceLog(by: image)
            self.schedule(after: self.drawDuration()) { $0.restart(node) }
        default: self.replaceDisk(of: node, by: image, kind)
        }
    }

    /// Puts a copy of another node's directory, or the image of its whole machine, in the place of this one's.
    private func copyOther(_ kind: ClusterFault, to node: SimulatedNode) {
        let other = self.drawOther(than: node)
        guard let image = other.backUp() else { return }
        // An operator knows of one pair; of a copy's copy nobody could tell whose it is.
        if kind == .twin, self.cluster.nodes.contains(where: \.isTwin) { return }
        self.replaceDisk(of: node, by: image, isMachine: kind == .twin, kind)
        guard kind == .twin else { return }
        for index in self.images.indices { self.images[index] = nil }
        self.backups.forget()
        node.isTwin = true
        self.cluster.hasHadTwins = true
        self.schedule(after: self.drawDuration() * 3 + .seconds(1)) { $0.endTwin(node) }
    }

    /// An operator who hears that two nodes run under one identity stops the copy, and starts it empty.
    func endTwin(_ node: SimulatedNode) {
        guard node.isTwin else { return }
        node.isTwin = false
        // The original may be a copy itself, and have taken another identity since. Of one whose disk was replaced
        // nobody knows as whom it will come back.
        let isShared = self.cluster.nodes.contains {
            $0.number != node.number && ($0.lastPeer == nil || $0.lastPeer == node.lastPeer)
        }
        if node.isRunning, !isShared {
            // An image of the original from before would be a second holder of the identity.
            for index in self.images.indices { self.images[index] = nil }
            return
        }
        if node.isRunning { node.crash() }
        node.replaceDisk(by: nil)
        self.schedule(after: self.drawDuration()) { $0.restart(node) }
    }

    /// `cp -r` of a directory that is written to meanwhile: of one file, the first half is older.
    private func copyWhileRunning(_ node: SimulatedNode) {
        guard let before = node.backUp() else { return }
        let starts = node.starts
        self.schedule(after: self.drawDuration() + .milliseconds(300)) { injector in
            guard node.starts == starts, let after = node.backUp(), after != before else { return }
            let changed = after.entries.indices.filter { !before.entries.contains(after.entries[$0]) }
            let last = changed.isEmpty ? 0 : changed[injector.random.below(changed.count)]
            // Files up to one that has changed meanwhile, or that one too.
            let place = min(last + injector.random.below(2), after.entries.count - 1)
            let target = injector.random.chance(0.5) ? node : injector.drawOther(than: node)
            guard target.isRunning, injector.isAllowed(.hotCopy, on: target) else { return }
            injector.replaceDisk(of: target, by: DirectoryImage(of: before, then: after, from: place), .hotCopy)
        }
    }

    private func loseFile(_ kind: ClusterFault, of node: SimulatedNode) {
        var image = node.machine.files.snapshotImage(of: SimulatedNode.directory)
        let segments = image.entries.indices.filter { image.entries[$0].path.hasSuffix(".seg") }
        switch kind {
        case .lostLock: image.entries.removeAll { $0.path == "lock" }
        case .lostIdentity: image.entries.removeAll { $0.path == "identity" }
        default:
            // The last one gone would be a shorter log, which is another fault.
            guard segments.count > 1 else { return }
            image.entries.remove(at: segments[self.random.below(segments.count - 1)])
        }
        self.note(kind)
        node.kill()
        node.machine.files.release()
        node.replaceDisk(by: image, isMachine: true)
        self.schedule(after: self.drawDuration()) { $0.restart(node) }
    }
}
