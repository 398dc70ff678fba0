package import Causality

/// What was found when a journal was opened.
package struct OpeningReport: Hashable, Sendable {
    /// Record frames replayed, live or not.
    package var records: UInt64 = 0
    /// Bytes of frames replayed.
    package var bytes: UInt64 = 0
    package var segments = 0
    /// Bytes of a torn tail that were cut off.
    package var cutBytes: UInt64 = 0
    /// Why the directory got a new peer ID; nil if it kept the one it had.
    package var minted: MintReason?
    /// The latest timestamp in the log, for the clock to start from.
    package var latestTimestamp = HybridTimestamp(rawValue: 0)
}
