import ByteCoding
package import Causality
import DataModel

/// Reading one synced state while writers go on.
///
/// What it costs: a context; for each record that is replaced before it was read some 130 bytes of memory, and its
/// frame in the log, which compactions keep; and per call the records that are read. No writer waits for it.
extension RecordJournal {
    /// Held records let go of in one turn.
    private static let releaseMaximum = 4096

    /// Opens the state that is synced now, to be read by ``readCut(_:maximumBytes:into:)``.
    ///
    /// - Parameter since: what the reader has already; nothing, to be given all records.
    /// - Throws: when as many cuts are open as may be, or `since` names what this node has not synced.
    package func openCut(since: CausalContext = CausalContext()) throws(CutError) -> CutCursor {
        guard !self.isClosed else { throw .journal(.closed) }
        // What comes later under a dot that the reader has could be told neither as live nor as gone.
        guard self.synced.context.isSuperset(of: since) else { throw .ahead }
        guard let id = self.index.ledger.held.open(self.synced.context) else {
            throw .tooMany(limit: HeldRecords.cutMaximum)
        }
        return CutCursor(
            id: id, context: self.synced.context, floor: self.synced.floor, since: since,
            readAhead: self.configuration.readAhead)
    }

    /// Adds to `part` what comes next, in the order of dots: records whose dots `since` lacks, and which of the
    /// other dots were live. Returns whether that was all.
    ///
    /// Stops before a record that would make more than `maximumBytes` of records, unless it is the first.
    ///
    /// - Throws: when a record cannot be read, or the cut is not open any more.
    package func readCut(
        _ cursor: inout CutCursor, maximumBytes: Int, into part: inout CutPart
    ) throws(CutError) -> Bool {
        try self.checkOpen(cursor)
        var steps = 0
        while let (peer, range) = cursor.missing.last {
            guard let next = self.index.nextTail(of: peer, atOrAfter: range.lowerBound),
                next.sequence <= range.upperBound
            else {
                self.step(&cursor, past: Dot(peer: peer, sequence: range.upperBound))
                continue
            }
            steps += 1
            guard steps <= RecordJournal.tailSteps, part.keptRanges < CutPart.rangeMaximum else { return false }
            let dot = Dot(peer: peer, sequence: next.sequence)
            if let record = self.index.cutRecord(dot, slotHint: next.slot, of: cursor.id) {
                if cursor.since.contains(dot) {
                    part.keep(dot)
                } else {
                    // Ten bytes is the longest length.
                    let end = part.records.count + Int(record.recordLength) + 10
                    if part.recordCount > 0, end > maximumBytes { return false }
                    do throws(JournalError) {
                        try self.readTailRecord(record, &cursor.window, into: &part.records)
                    } catch {
                        throw .journal(error)
                    }
                    part.recordCount += 1
                }
            }
            self.step(&cursor, past: dot)
        }
        return true
    }

    /// Ends the reading, whether all was read or not. What was held for it is let go of in the background.
    package func closeCut(_ cursor: CutCursor) {
        self.index.ledger.held.close(cursor.id)
    }

    /// Cuts that are open.
    package var openCutCount: Int {
        self.index.ledger.held.cuts.count
    }

    /// Lets go of some of what was held for cuts that are closed.
    func letGoOfHeld() {
        guard self.index.ledger.held.hasAbandoned else { return }
        self.index.ledger.letGo(maximum: RecordJournal.releaseMaximum)
    }

    private func checkOpen(_ cursor: CutCursor) throws(CutError) {
        let held = self.index.ledger.held
        if held.isOverrun(cursor.id) { throw .overrun(limit: held.limit) }
        guard held.isOpen(cursor.id), !self.isClosed else { throw .closed }
    }

    private func step(_ cursor: inout CutCursor, past dot: Dot) {
        self.index.ledger.held.pass(dot, cursor.id)
        cursor.step(past: dot.sequence)
    }
}
