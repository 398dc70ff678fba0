/// What recovery met where the good frames end.
package enum LogEnding: Hashable, Sendable {
    /// There was no log yet.
    case none
    /// Zeros, or no room for another frame: an orderly end, or nothing of what was being written is there.
    case clean
    /// Something that is no frame: one that was being written.
    case torn
    /// Zeros, and remnants behind them: sectors reach the disk in any order.
    case gap
    /// A group of frames of which not all are there.
    case brokenBatch
}
