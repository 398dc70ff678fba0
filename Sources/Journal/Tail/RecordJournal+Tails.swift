package import ByteCoding
package import Causality
import DataModel

/// Streams of synced records, for conversations and change feeds.
extension RecordJournal {
    /// Entries looked at in one call, so that no turn takes long.
    package static let tailSteps = 65_536

    /// Returns a cursor at the start of the records whose dots `done` lacks; for a snapshot, of all.
    package func tailCursor(after done: CausalContext, isSnapshot: Bool = false) -> TailCursor {
        TailCursor(
            done: isSnapshot ? CausalContext() : done, isSnapshot: isSnapshot, floor: self.synced.floor,
            readAhead: self.configuration.readAhead)
    }

    /// Appends the next records of a stream to `writer`, each as a varint length and its encoded bytes.
    ///
    /// Stops before a record that would make more than `maximumBytes`, unless it is the first; but
    /// within a batch it goes on up to `batchMaximum` bytes, so that the live records of a batch come
    /// together.
    ///
    /// - Throws: when a record cannot be read; the cursor then stands before it.
    package func readTail(
        _ cursor: inout TailCursor, maximumBytes: Int, batchMaximum: Int = DataLimits.batchLength,
        into writer: inout ByteWriter
    ) throws(JournalError) -> TailProgress {
        let start = writer.count
        var steps = 0
        while true {
            if cursor.target == nil { cursor.beginPass(self.synced.context) }
            while let (peer, range) = cursor.missing.last {
                guard let next = self.index.nextTail(of: peer, atOrAfter: range.lowerBound),
                    next.sequence <= range.upperBound
                else {
                    cursor.step(past: range.upperBound)
                    continue
                }
                let inBatch = cursor.batchPeer == peer && writer.count > start
                steps += 1
                if steps > RecordJournal.tailSteps, !inBatch { return .more }
                if let record = self.syncedRecord(Dot(peer: peer, sequence: next.sequence), next.slot) {
                    // Ten bytes is the longest length.
                    let end = writer.count - start + Int(record.recordLength) + 10
                    if writer.count > start, end > (inBatch ? max(batchMaximum, maximumBytes) : maximumBytes) {
                        return .more
                    }
                    try self.readTailRecord(record, &cursor.window, into: &writer)
                    cursor.visited += 1
                    cursor.batchPeer = record.continuesBatch ? peer : nil
                }
                cursor.step(past: next.sequence)
            }
            let target = cursor.target
            cursor.endPass()
            if cursor.isSnapshot, cursor.floor != self.synced.floor { return .floorMoved }
            if let target, target == self.synced.context { return .finished(target) }
        }
    }

    /// The record of that dot, if it is live in the synced state: live and durable, or replaced only
    /// by something that is not.
    private func syncedRecord(_ dot: Dot, _ slot: SlotID) -> LiveRecord? {
        guard let found = self.index.tailRecord(dot, slotHint: slot) else { return nil }
        return self.isSynced(found.record) ? found.record : nil
    }

    func readTailRecord(
        _ record: LiveRecord, _ window: inout ReadWindow, into writer: inout ByteWriter
    ) throws(JournalError) {
        let lsn = record.lsn + UInt64(LogFormat.frameHeaderLength)
        let count = Int(record.recordLength)
        var place = window.range(lsn, count, in: self.log)
        // What cannot be read may lie beyond the record.
        if place == nil { place = (try? window.fill(lsn, count, from: &self.log)) ?? nil }
        guard let range = place else {
            var encoded = ByteWriter()
            try self.readEncoded(record, appendingTo: &encoded)
            writer.writeLengthPrefixed(encoded.bytes)
            return
        }
        let bytes = window.span(range)
        guard Checksum.crc32c(0, bytes.span) == record.checksum else {
            let error = self.log.damage(at: record.lsn, "a record is not what was written")
            if self.damage == nil { self.damage = error }
            throw error
        }
        writer.writeCount(count)
        writer.bytes.append(contentsOf: bytes)
    }
}
