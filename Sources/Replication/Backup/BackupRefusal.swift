package import Journal

/// Why a backup is not made.
package enum BackupRefusal: Error, Hashable, Sendable {
    /// What had been written when it was asked for is not synced yet. Ask again.
    case syncing
    /// No backup of that number is being made; it may have been given up since nobody read on.
    case unknown
    /// As many are being made as may be.
    case tooMany(limit: Int)
    /// The state to be backed up cannot be read, or not any more.
    case cut(CutError)
}
