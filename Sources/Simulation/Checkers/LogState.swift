package import Causality
package import Journal

/// What a node's journal stood for at one position of its log, between two groups of frames.
package struct LogState: Sendable {
    /// Where in the log.
    package let lsn: UInt64
    /// Everything seen.
    package let context: CausalContext
    /// The floor.
    package let floor: VersionVector
    /// Order-independent sums over all live records.
    package let liveHash: (UInt64, UInt64)

    /// The state of a journal now.
    package init(of journal: RecordJournal) {
        self.lsn = journal.appendedLSN
        self.context = journal.context
        self.floor = journal.floor
        self.liveHash = journal.liveHash
    }

    /// Bytes that may follow a position without a change of state: the mark that begins a stretch.
    private static let markBytes: UInt64 = 24

    /// The state that a log which ends at `end` must stand for; nil if none of these is known to be it.
    ///
    /// - Parameter states: ascending, as they were noted between the turns of a process.
    package static func expected(at end: UInt64, among states: [LogState]) -> LogState? {
        guard let index = states.lastIndex(where: { $0.lsn <= end }) else { return nil }
        let isLast = index == states.count - 1
        return isLast || end - states[index].lsn <= LogState.markBytes ? states[index] : nil
    }
}
