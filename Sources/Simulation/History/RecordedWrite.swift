package import Causality
package import DataModel

/// One write as the simulation remembers it, whatever becomes of it in the cluster.
package struct RecordedWrite: Sendable {
    /// The name the replica gave it.
    package let dot: Dot
    /// The number of its key in the history.
    package let key: Int
    /// Its place among the writes of its key, in the order in which they were made.
    package let place: Int
    /// The number of the node that made it.
    package let node: Int
    /// What it does to its key.
    package let operation: Operation
    /// What a put wrote; empty for a delete and an increment.
    package let value: [UInt8]
    /// What an increment added.
    package let amount: Int64
    /// When readers stop seeing it, in milliseconds since 1970; nil for never.
    package let expiry: UInt64?
    /// Everything of its key that it replaces, directly or through what it replaces: the ghost of its
    /// context, kept exactly.
    package let replaced: PlaceSet
    /// Where it is durable at its node, as the receipt said.
    package let heldUntil: UInt64
    /// The sequences of the batch it belongs to; nil if it was made alone.
    package let batch: ClosedRange<UInt64>?
    /// CRC of the record's bytes; nil while no one has seen them.
    package internal(set) var checksum: UInt32?
    /// Its client was told that it is done.
    package internal(set) var isAcknowledged = false
    /// A reader was shown it.
    package internal(set) var isTold = false
    /// It was durable at its node while that lived.
    package internal(set) var isSynced = false
    /// Its only holder lost its disk, or had an older copy put in its place, before it was sent on.
    package internal(set) var isExcused = false
    /// A crash took it back before it was durable; its dot may name another write now.
    package internal(set) var isLost = false

    /// Whether it is an earlier write of the same peer, and no crash took it back.
    func precedes(_ dot: Dot) -> Bool {
        !self.isLost && self.dot.peer == dot.peer && self.dot.sequence < dot.sequence
    }

    /// Whether it may have been dropped without a successor: it is a delete, or has expired by the clock that
    /// was furthest ahead.
    package func isCollectable(latestWall: UInt64) -> Bool {
        self.operation == .delete || self.expiry.map { $0 <= latestWall } ?? false
    }
}
