package import Causality

/// What became of a local write.
package struct Written: Hashable, Sendable {
    /// The write's name.
    package var dot: Dot
    /// Where its frame ends: the write is durable once ``RecordJournal/syncedLSN`` is not below.
    package var lsn: UInt64
    /// The key's logical clock at this write.
    package var clock: UInt64
    /// Live records of the key from now on, tombstones among them.
    package var siblings: Int
}
