import ByteCoding
package import Causality
import DataModel
import Journal
import Platform

/// Transactions: reads and writes of one turn, of which others see all or nothing.
///
/// Between beginning and end writes are only staged, and reads see them. The end writes them as one batch, so they are
/// atomic for crashes, for readers here, and for every replica (DESIGN section 3, "Batches"). Nothing else happens in
/// between, since all of it is one turn of the engine: what was read is still so when it is written. That holds on
/// this node; what other nodes write at the same time is concurrent, and kept as siblings.
extension Replica {
    /// Begins to stage writes; to be ended in the same turn.
    package func beginTransaction() {
        precondition(self.staged == nil, "transactions do not nest")
        self.staged = StagedWrites(peer: self.journal.identity.peer, after: self.journal.ownSequence)
    }

    /// Writes what was staged.
    ///
    /// - Returns: the receipt of the last write; nil if there was none.
    /// - Throws: as ``apply(_:)``; then nothing was written. `busy`: to be made again from its beginning.
    package func commitTransaction() throws(ReplicaError) -> WriteReceipt? {
        guard let staged = self.staged else { return nil }
        self.staged = nil
        return try self.apply(staged.writes)
    }

    /// Gives up what was staged; does nothing if nothing is being staged.
    package func abandonTransaction() {
        self.staged = nil
    }

    /// The dots of what readers see of the key: other ones when it has been written since, also with an equal value.
    package func visibleDots(of key: Span<UInt8>) -> [Dot] {
        guard let slot = self.journal.index.find(key) else { return [] }
        return self.journal.index.records(of: slot)
            .filter { $0.operation != .delete && !self.isExpired($0) }
            .map(\.dot).sorted()
    }

    func stage(_ write: Write) throws(ReplicaError) -> WriteReceipt {
        try self.check(key: write.key.span, value: write.value.span)
        // The caller has looked whether anything is being staged.
        let dot = try self.staged?.append(write)
        return WriteReceipt(dot: dot ?? self.nextDot, heldUntil: 0)
    }

    /// The dot of the next write of this node.
    var nextDot: Dot {
        self.staged?.nextDot
            ?? Dot(peer: self.journal.identity.peer, sequence: self.journal.ownSequence + 1)
    }

    /// The staged write of the key, as far as readers see it: an empty list is a delete. Nil if there is none.
    func stagedSiblings(of key: Span<UInt8>) -> [Sibling]? {
        guard let sibling = self.staged?.sibling(of: Array(copying: key)) else { return nil }
        let isExpired = sibling.expiry.map { $0 <= self.wallNow.milliseconds } ?? false
        return sibling.operation == .delete || isExpired ? [] : [sibling]
    }
}
