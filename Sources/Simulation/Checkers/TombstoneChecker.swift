package import Causality
import Journal
package import Replication

/// Tombstones stay collectable: at rest, with every member there, none is left that a node could do without.
///
/// Kept for good, until an operator forgets the peer, is only one that follows writes which nobody has any
/// more: their only holder lost its disk.
package struct TombstoneChecker {
    /// The identities that are borne now; nil if every member that anybody knows is one of them.
    package let living: [PeerID]?

    /// A checker. With `living`, a tombstone held back by anyone else waits for an operator.
    package init(living: [PeerID]? = nil) {
        self.living = living
    }

    /// - Throws: a finding about a tombstone that should have been collected.
    package func check(_ replica: Replica, node: String) throws(Finding) {
        guard let dot = self.needless(in: replica) else { return }
        let reasons = replica.tombstonesHeldBack().map { "\($0.count): \($0.reason)" }
        throw Finding(
            .tombstone, "\(node) still keeps a tombstone that could go; \(reasons.joined(separator: "; "))", [dot])
    }

    /// A tombstone that the node could have collected; nil if there is none.
    ///
    /// - Complexity: O(n) in all keys if there are tombstones.
    package func needless(in replica: Replica) -> Dot? {
        guard replica.journal.index.tombstoneCount > 0 else { return nil }
        var found: Dot?
        replica.journal.index.forEachSlot { slot in
            replica.journal.index.forEachRecord(of: slot) { record in
                guard record.isTombstone, replica.journal.isCollectable(record) else { return }
                if let living = self.living, let peer = replica.holdingBack(record.dot), !living.contains(peer) {
                    return
                }
                found = record.dot
            }
            return found == nil
        }
        return found
    }
}
