package import Causality

/// What a whole backup is found to hold.
package struct BackupSummary: Hashable, Sendable {
    /// The random number that tells backups apart.
    package var id: UInt64 = 0
    package var title = BackupTitle(created: 0, peer: PeerID(rawValue: 0), node: "", cluster: "")
    /// What must have been restored before; empty for a full backup.
    package var since = CausalContext()
    /// What has been seen once it is restored.
    package var context = CausalContext()
    /// The tombstones that had been collected.
    package var floor = VersionVector()
    package var recordCount: UInt64 = 0
    /// Of the dots of `since`, those that were live still.
    package var keptCount: UInt64 = 0
    /// Bytes read.
    package var bytes: UInt64 = 0
    /// Whether the frame that ends a backup has been read.
    package var isComplete = false

    package init() {}
}
