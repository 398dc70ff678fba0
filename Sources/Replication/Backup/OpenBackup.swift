import Causality
import Journal
import Platform

/// A backup that somebody is reading.
struct OpenBackup {
    let id: UInt64
    /// What the reader has already.
    let since: CausalContext
    /// Where the log ended when it was asked for: all up to there will be in it.
    let wantedLSN: UInt64
    /// Nil until all of that is synced.
    var stream: BackupStream?
    var lastRead: Instant
}
