import Journal
import Platform
import Replication

// Backups of running nodes, and directories made from them.
extension FaultInjector {
    /// Now and then an operator backs a node up, while it serves.
    func backUpWhileServing() {
        guard self.plan.kinds.contains(.restore), self.random.chance(0.4) else { return }
        let node = self.cluster.nodes[self.random.below(self.cluster.nodes.count)]
        guard !self.backups.isFetching else { return }
        self.backups.begin(node, &self.random)
        self.fetchMore()
    }

    private func fetchMore() {
        guard self.backups.isFetching else { return }
        self.schedule(after: .microseconds(UInt64(100 + self.random.below(20_000)))) { injector in
            do throws(Finding) {
                try injector.backups.goOn(&injector.random)
            } catch {
                injector.cluster.report(error)
            }
            injector.fetchMore()
        }
    }

    /// Puts a directory made from backups in the place of a node's; these may be old, or another node's.
    func restore(_ node: SimulatedNode) {
        guard node.isRunning, let chain = self.backups.draw(&self.random) else { return }
        self.note(.restore)
        node.crash()
        node.machine.files.release()
        node.replaceDisk(by: nil)
        do {
            // Some restorations are cut short, and are begun again.
            let fuse = self.random.chance(0.3) ? 1 + self.random.below(40) : nil
            if try !self.restore(chain, on: node, dyingAt: fuse) {
                node.machine.files.crash()
                if !node.isRestoredInPart { try self.check(node, chain) }
                node.replaceDisk(by: nil)
                // A disk that refuses twice: the operator starts an empty node.
                guard try self.restore(chain, on: node, dyingAt: nil) else {
                    node.replaceDisk(by: nil)
                    return self.schedule(after: self.drawDuration()) { $0.restart(node) }
                }
            }
            try self.check(node, chain)
        } catch let finding as Finding {
            self.cluster.report(finding)
        } catch {
            node.replaceDisk(by: nil)
        }
        self.schedule(after: self.drawDuration()) { $0.restart(node) }
    }

    /// Whether it was restored; false if the process died or the disk refused.
    private func restore(
        _ chain: BackupChain, on node: SimulatedNode, dyingAt fuse: Int?
    ) throws -> Bool {
        do {
            try node.restore(chain.files, dyingAt: fuse, &self.random)
            return true
        } catch let error as RestoreError {
            switch error {
            case .system, .journal: return false
            case .backup, .wrongOrder, .otherCluster, .notEmpty, .nothing:
                throw Finding(.backup, "what was backed up cannot be restored on \(node.name): \(error)")
            }
        }
    }

    /// What was restored must be what was synced when the last of the backups was begun.
    private func check(_ node: SimulatedNode, _ chain: BackupChain) throws {
        var random = SimulationRandom(seed: self.random.next())
        let journal = try RecordJournal.open(
            at: SimulatedNode.directory, files: node.machine.files, configuration: node.configuration.journal,
            random: { random.next() })
        defer { try? journal.close() }
        let found = try BackupContent(of: journal)
        guard chain.isRestored(as: found) else {
            throw Finding(
                .backup,
                "\(node.name) was restored with \(found.recordCount) records that are not the "
                    + "\(chain.content.recordCount) that were synced when its backup was begun: "
                    + chain.content.difference(from: found))
        }
    }
}
