package import Causality

/// What was found when a journal was opened.
package struct OpeningReport: Hashable, Sendable {
    /// Bytes of frames replayed.
    package var bytes: UInt64 = 0
    package var segments = 0
    /// Bytes of a torn tail that were cut off.
    package var cutBytes: UInt64 = 0
    /// Why the directory got a new peer ID; nil if it kept the one it had.
    package var minted: MintReason?
    /// What recovery met where the good frames end.
    package var ending = LogEnding.none
    /// Bytes that no mark proves to have been synced, and that were written once more.
    package var rewrittenBytes: UInt64 = 0
    /// What was replayed.
    package var frames = FrameCounts()
    /// Record frames replayed, live or not.
    package var records: UInt64 { self.frames.records }
    /// The prepared files that were found.
    package var spares = SpareRemoval()
    /// The replacement of the identity had been interrupted before: its new file was found, and dropped.
    package var hadNewIdentity = false
    /// Dots seen above a gap: what a broken conversation has left.
    package var detachedRanges = 0
    /// The latest timestamp in the log, for the clock to start from.
    package var latestTimestamp = HybridTimestamp(rawValue: 0)
    /// Where the index snapshot starts from which the log was replayed; nil if all of it was.
    package var snapshotLSN: UInt64?
    /// What became of the index snapshots that were found.
    package var snapshots = SnapshotFindings()
}
