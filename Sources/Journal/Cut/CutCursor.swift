package import Causality

/// A place in the stream of the records of one synced state, which does not change while writers go on.
///
/// The records come in the order of their dots. It MUST be closed by ``RecordJournal/closeCut(_:)``: as long as it is
/// open, what is replaced is kept.
package struct CutCursor: Sendable {
    /// What had been seen in that state.
    package let context: CausalContext
    /// The tombstones that had been collected.
    package let floor: VersionVector
    /// What the reader has already: of these dots it is only told which were live.
    package let since: CausalContext

    let id: CutID
    /// What has still to be visited, the last first.
    var missing: [(peer: PeerID, range: ClosedRange<UInt64>)] = []
    var window: ReadWindow

    init(id: CutID, context: CausalContext, floor: VersionVector, since: CausalContext, readAhead: Int) {
        self.id = id
        self.context = context
        self.floor = floor
        self.since = since
        self.window = ReadWindow(maximum: readAhead)
        for entry in context.entries.reversed() {
            for range in entry.sequences.ranges.reversed() { self.missing.append((entry.peer, range)) }
        }
    }

    /// Steps over everything up to `sequence` of the range being visited.
    mutating func step(past sequence: UInt64) {
        guard let (peer, range) = self.missing.popLast() else { return }
        if sequence < range.upperBound { self.missing.append((peer, (sequence + 1)...range.upperBound)) }
    }
}
