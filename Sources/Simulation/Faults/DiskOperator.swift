import Journal
import Platform
import Replication

/// Looks after nodes that refuse to open their data directory, as the README tells a person to: the damaged
/// directory is kept aside, and the node starts on an empty one, which fills up from its peers.
package struct DiskOperator {
    private let cluster: SimulatedCluster
    private let excusesLosses: Bool

    /// An operator of a cluster.
    ///
    /// - Parameter excusesLosses: whether what a directory kept aside alone held may be missed.
    package init(of cluster: SimulatedCluster, excusesLosses: Bool) {
        self.cluster = cluster
        self.excusesLosses = excusesLosses
    }

    /// Starts a node on its directory, or on an empty one if that is refused for damage. A refusal must name
    /// the file, and there must have been damage.
    package func start(_ node: SimulatedNode) throws(NodeStartFailure) {
        do throws(NodeStartFailure) {
            try node.start()
        } catch {
            guard case .journal(let refusal) = error, self.judge(refusal, of: node) else { throw error }
            self.setAside(node)
            try node.start()
        }
    }

    /// Ends a node whose disk was damaged, and has it open what is there; leaves it running on a disk that
    /// gives every live record.
    package func retire(_ node: SimulatedNode) throws(NodeStartFailure) {
        if !self.cluster.checkDamaged(node) {
            self.cluster.check { () throws(Finding) in
                guard node.replica?.journal.damage == nil else { return }
                throw Finding(.damage, "\(node.name) has met damage and does not say so")
            }
        }
        node.kill()
        try self.start(node)
        guard node.isDamaged else { return }
        if !self.cluster.checkDamaged(node) {
            node.kill()
            self.setAside(node)
            try node.start()
        }
        node.noteSoundness()
    }

    /// When every node waits to be healed by others, one is told that what is lost is lost.
    package func acceptLosses() throws(NodeStartFailure) {
        guard self.excusesLosses, self.cluster.nodes.allSatisfy({ $0.replica?.journal.isHealing == true }),
            let node = self.cluster.nodes.first, node.replica?.journal.isLossAccepted == false
        else { return }
        node.kill()
        do throws(JournalError) {
            _ = try Repair.run(SimulatedNode.directory, files: node.machine.files)
        } catch {
            throw .journal(error)
        }
        try node.start()
    }

    /// Where every node's log is damaged, each waits for another to heal it. A person has to give one directory up.
    ///
    /// Standard seed 22: all three had lost a segment, and none served any more.
    package func breakDeadlock() throws(NodeStartFailure) {
        let nodes = self.cluster.nodes
        guard nodes.allSatisfy({ $0.replica?.journal.isHealing ?? false }), let first = nodes.first else { return }
        first.kill()
        self.cluster.scheduler.feed("given up")
        first.replaceDisk(by: nil)
        try first.start()
    }

    private func setAside(_ node: SimulatedNode) {
        self.cluster.scheduler.feed("aside")
        node.replaceDisk(by: nil, excusesLosses: self.excusesLosses || node.hasForeignDisk)
    }

    /// Whether the refusal is for damage that was done; another may pass by itself.
    private func judge(_ refusal: JournalError, of node: SimulatedNode) -> Bool {
        switch refusal {
        case .damaged, .missingSegment, .foreignSegment: break
        case .unreadable(let error): guard node.isDamaged, error.call == "pread" else { return false }
        case .otherCluster, .otherFormat, .tooManyIdentities, .unfinished: break
        default: return false
        }
        let text = "\(refusal)"
        self.cluster.check { () throws(Finding) in
            guard node.isDamaged || node.hasForeignDisk else {
                throw Finding(.damage, "\(node.name) refuses a disk that nothing has harmed: \(text)")
            }
            guard text.contains(SimulatedNode.directory + "/") else {
                throw Finding(.damage, "\(node.name) refuses its disk and names no file: \(text)")
            }
            switch refusal {
            case .damaged, .unreadable:
                guard text.contains("at byte ") else {
                    throw Finding(.damage, "\(node.name) refuses its disk and names no place: \(text)")
                }
            case .otherCluster, .otherFormat:
                throw Finding(.damage, "\(node.name) takes damage for something else: \(text)")
            default: break
            }
        }
        return true
    }
}
