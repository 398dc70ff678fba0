package import Causality

/// What came of a restoration.
package struct RestoreReport: Hashable, Sendable {
    /// The new peer ID of the directory.
    package var peer: PeerID
    package var cluster: String
    /// Records read from backups.
    package var recordCount: UInt64
    /// Records that are live, tombstones among them.
    package var liveCount: Int
    /// Keys that have a value.
    package var keyCount: Int
    /// When the newest of the backups was begun, in milliseconds since 1970.
    package var created: UInt64
}
