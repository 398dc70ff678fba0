import AntiEntropy
import Journal
import Platform
import Replication

// Processes that end, stand still, or are started as they should not be.
extension FaultInjector {
    func end(_ kind: ClusterFault, _ node: SimulatedNode) {
        guard node.isRunning else { return }
        switch kind {
        case .crash: node.crash()
        case .panic: node.crash(isSilent: false)
        case .stop:
            self.note(.stop)
            node.stop(self.continuing { $0.schedule(after: $0.drawDuration()) { $0.restart(node) } })
            return
        case .pause, .longPause:
            self.pause(kind, node)
            return
        case .otherVersion: self.changeVersion(of: node)
        case .otherCluster:
            node.kill()
            self.startElsewhere(node)
        case .secondProcess:
            self.startTwice(node)
            return
        default: node.kill()
        }
        self.note(kind)
        // A stuck disk comes back with its machine.
        node.machine.files.release()
        self.schedule(after: self.drawDuration()) { $0.restart(node) }
    }

    private func pause(_ kind: ClusterFault, _ node: SimulatedNode) {
        var duration = self.drawDuration()
        if kind == .longPause {
            let limits = self.cluster.settings.limits.conversation
            duration = max(limits.handshake, limits.progress) + duration
        } else {
            self.note(.pause)
        }
        node.pause()
        let starts = node.starts
        self.schedule(after: duration) { injector in
            guard node.starts == starts, node.isPaused else { return }
            if kind == .longPause { injector.note(.longPause) }
            node.resume()
        }
    }

    /// The node's next process speaks a version of the protocol that no other does; its operator notices.
    private func changeVersion(of node: SimulatedNode) {
        node.kill()
        node.configuration.versions = 1000...1001
        self.schedule(after: self.drawDuration() * 3 + .milliseconds(200)) { injector in
            if node.isRunning { node.kill() }
            injector.restoreConfiguration(of: node)
            injector.restart(node)
        }
    }

    /// The node is started with the name of another cluster, which its directory does not belong to.
    private func startElsewhere(_ node: SimulatedNode) {
        node.configuration.cluster = "elsewhere"
        node.configuration.journal.cluster = "elsewhere"
        self.restart(node, isMistake: true)
        self.restoreConfiguration(of: node)
    }

    /// Somebody starts a second process on the directory of a running node.
    private func startTwice(_ node: SimulatedNode) {
        self.note(.secondProcess)
        self.cluster.check { () throws(Finding) in
            do throws(JournalError) {
                _ = try RecordJournal.open(
                    at: SimulatedNode.directory, files: node.machine.files,
                    configuration: node.configuration.journal, random: { 1 })
            } catch {
                self.cluster.coverage.add(refusal: error)
                return
            }
            throw Finding(.recovery, "a second process has opened the directory of \(node.name)")
        }
    }

    /// Makes the node what it is meant to be, from its next start on.
    func restoreConfiguration(of node: SimulatedNode) {
        let mistaken = node.configuration.versions != node.versions
        node.configuration.versions = node.versions
        node.configuration.cluster = self.cluster.settings.cluster
        node.configuration.journal.cluster = self.cluster.settings.cluster
        if mistaken, node.isRunning { node.kill() }
    }

    func restart(_ node: SimulatedNode, isMistake: Bool = false) {
        guard !node.isRunning else { return }
        do throws(NodeStartFailure) {
            if isMistake { try node.start() } else { try self.diskOperator.start(node) }
        } catch {
            self.cluster.scheduler.feed(0xDEAD)
            guard !isMistake else { return }
            self.schedule(after: self.drawDuration()) { $0.restart(node) }
        }
    }
}
