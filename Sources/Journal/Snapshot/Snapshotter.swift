/// When to write index snapshots: what is there, and what came of the last.
struct Snapshotter {
    /// Where the newest one starts, or where the log ended when writing one failed.
    var lastLSN: UInt64 = 0
    /// Bytes of compacted segments that had been written then.
    var lastCompactedBytes: UInt64 = 0
    /// The highest number given out.
    var lastNumber: UInt64 = 0
    /// Whether this process has made sure that the directory's name is durable.
    var hasDirectory = false
    /// The files that a new one makes superfluous.
    var paths: [String] = []
    /// Whether the journal is coming to an orderly end.
    var isEnding = false
    /// Whether a record was found damaged: the next start is to read the whole log.
    var isDistrusted = false
    var finishedCount: UInt64 = 0
    /// Why the last one could not be written.
    var failure: JournalError?
}
