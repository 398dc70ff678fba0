/// What an opening has made of the index snapshots it found. None of it is damage to the log.
package struct SnapshotFindings: Hashable, Sendable {
    /// Whether a log with segments was read from its beginning since no snapshot was there.
    package var isMissing = false
    /// Snapshots that are damaged, do not fit this log, or tell of more than it holds; or whose log is damaged.
    package var unusable = 0
    /// Snapshots not looked at, since the log goes on under a new peer ID.
    package var untrusted = 0
    /// Segments that were compacted after the snapshot that was used had been begun: their records were looked up.
    package var movedSegments = 0
    /// Records of that snapshot which such a segment does not hold any more.
    package var diedSince = 0
}
