import Causality
import Journal
import Replication

// What a cluster that should be equal differs in, for a reader.
extension SimulatedCluster {
    /// What keeps the nodes from being equal, in words.
    package var differences: String {
        self.nodes.map { node in
            guard let replica = node.replica else { return "\(node.name) is down" }
            let journal = replica.journal
            let context = journal.context.entries.map { "\($0.peer.description.prefix(4)):\($0.sequences.ranges)" }
            return "\(node.name)\(replica.isServing ? "" : " does not serve")\(journal.failure == nil ? "" : " failed")"
                + " unsynced \(journal.appendedLSN - journal.syncedLSN) \(context.joined(separator: " "))"
                + SimulatedCluster.unreached(by: replica)
        }.joined(separator: "; ") + self.differingKeys
    }

    /// Keys that nodes hold different records of, with these, at most three.
    private var differingKeys: String {
        var words = ""
        var found = 0
        for key in self.history.keys where found < 3 {
            let live = self.nodes.map { node -> String in
                guard let index = node.replica?.journal.index, let slot = index.find(key.span) else { return "" }
                return index.records(of: slot).map { record in
                    "\(record.dot)" + (record.isTombstone ? " tombstone" : "") + (record.hasExpiry ? " expires" : "")
                }.joined(separator: ", ")
            }
            guard live.contains(where: { $0 != live[0] }) else { continue }
            found += 1
            words += "; \(String(decoding: key, as: UTF8.self)): \(live.joined(separator: " | "))"
        }
        return words
    }

    /// The peers that a node does not reach, and why.
    private static func unreached(by replica: Replica) -> String {
        let lost = replica.status().peers.filter { !$0.isReachable }.map {
            "\($0.name) at \($0.address): \($0.lastFailure.isEmpty ? "not heard" : $0.lastFailure)"
        }
        return lost.isEmpty ? "" : " does not reach \(lost.joined(separator: ", "))"
    }
}
