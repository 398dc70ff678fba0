/// What is wrong with a backup.
package enum BackupError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It does not begin as backups do.
    case notABackup
    /// A program of another format wrote it.
    case otherFormat(version: UInt32)
    /// The bytes from that offset on are not what was written.
    case damaged(offset: UInt64, what: String)
    /// It ends before its end: it was not written to the end, or cut off.
    case incomplete(offset: UInt64)

    package var description: String {
        switch self {
        case .notABackup: "this is not a backup"
        case .otherFormat(let version): "this backup has format \(version), which another version of starling wrote"
        case .damaged(let offset, let what): "damaged at byte \(offset): \(what)"
        case .incomplete(let offset): "incomplete: it ends at byte \(offset) without the frame that ends a backup"
        }
    }
}
