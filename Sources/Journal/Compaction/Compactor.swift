/// When to compact: what was decided, and what came of it.
struct Compactor {
    /// A pass over all segments that were complete when it began.
    struct Pass {
        /// Where the next segments to be looked at begin.
        var nextLSN: UInt64
        let endLSN: UInt64
        let isForced: Bool
    }

    var pass: Pass?
    /// Whether no more jobs are to be begun.
    var isStopped = false
    /// How many bytes had been given up when the segments were looked at last; nil if they must be looked at now.
    var lookedAt: UInt64?
    /// Segments there were then.
    var segmentsLookedAt = 0
    /// Where the log ended when a compaction failed last, until one succeeds.
    var failedAt: UInt64?
    /// Why it failed.
    var failure: JournalError?
    /// What the complete segments held beside what is needed, after the last pass over all.
    var overheadLeft: UInt64 = 0
    /// Where the log ended at the last step of copying.
    var copiedAt: UInt64 = 0
    /// Names that could not be removed yet.
    var leftovers: [String] = []
    var finishedCount: UInt64 = 0
    var freedBytes: UInt64 = 0
    /// Bytes of compacted segments put in place.
    var writtenBytes: UInt64 = 0
}
