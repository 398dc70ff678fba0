/// What compactions and index snapshots have met since the journal was opened, beside having been finished: what an
/// operator asks who finds the disk fuller than expected, and what a simulation must have seen happen.
package struct UpkeepCounters: Hashable, Sendable {
    /// Compactions that put one segment in the place of several.
    package var joined: UInt64 = 0
    /// Compactions of segments in which nothing was needed any more, so that they were not even read.
    package var unread: UInt64 = 0
    /// Compactions whose output was given up, since it would have freed nothing.
    package var worthless: UInt64 = 0
    /// Compactions that failed.
    package var failed: UInt64 = 0
    /// Compactions that copied what has died, for a reader of an older state.
    package var heldForReaders: UInt64 = 0
    /// Compactions that copied what says that a record is gone.
    package var keptGone: UInt64 = 0
    /// Records read from a file while a compaction was telling the index where that file's records are now.
    package var readsWhileMoving: UInt64 = 0
    /// Index snapshots that could not be written.
    package var snapshotsFailed: UInt64 = 0
    /// Times that all index snapshots were removed since a record was found damaged.
    package var snapshotsDistrusted: UInt64 = 0

    /// Nothing counted yet.
    package init() {}

    /// The sums of both, field by field.
    package func adding(_ other: UpkeepCounters) -> UpkeepCounters {
        var sum = self
        sum.joined += other.joined
        sum.unread += other.unread
        sum.worthless += other.worthless
        sum.failed += other.failed
        sum.heldForReaders += other.heldForReaders
        sum.keptGone += other.keptGone
        sum.readsWhileMoving += other.readsWhileMoving
        sum.snapshotsFailed += other.snapshotsFailed
        sum.snapshotsDistrusted += other.snapshotsDistrusted
        return sum
    }
}
