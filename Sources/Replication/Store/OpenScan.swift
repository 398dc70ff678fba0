import Journal
import Platform

/// A scan that somebody is reading: one state, page by page.
struct OpenScan {
    let id: UInt64
    let cut: CutID
    /// What had expired by then is not in the state.
    let wallTime: WallTime
    /// The state may be shown once the log is synced up to here.
    let heldUntil: UInt64
    var lastRead: Instant
}
