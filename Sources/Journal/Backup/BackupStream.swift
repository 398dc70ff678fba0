import ByteCoding
package import Causality
import DataModel

/// A backup of a journal's synced state, as the bytes of a file, produced piece by piece while writers go on.
///
/// It MUST be closed: as long as it is open, what is replaced is kept.
package struct BackupStream: Sendable {
    /// Bytes of records in one frame, unless one record is longer.
    private static let frameLength = 128 * 1024

    /// Records written so far.
    package private(set) var recordCount: UInt64 = 0
    /// Of the dots that the reader has already, those written as live so far.
    package private(set) var keptCount: UInt64 = 0

    private var cursor: CutCursor
    private var encoder: BackupEncoder
    private var isEnded = false

    /// Opens the state that is synced now.
    ///
    /// - Parameters:
    ///   - id: a random number.
    ///   - since: what earlier backups hold that this one is to be restored after; nothing for a full one.
    /// - Throws: when as many states are being read as may be, or `since` names what this node has not synced.
    package init(
        of journal: RecordJournal, title: BackupTitle, id: UInt64, since: CausalContext = CausalContext()
    ) throws(CutError) {
        self.cursor = try journal.openCut(since: since)
        self.encoder = BackupEncoder(id: id)
        self.encoder.append(.opening) { writer in
            writer.write(title.created)
            writer.write(title.peer.rawValue)
            writer.writeLengthPrefixed(BackupStream.shortened(title.node))
            writer.writeLengthPrefixed(BackupStream.shortened(title.cluster))
        }
        self.encoder.append(.since, since)
    }

    /// What had been seen in the state that is written.
    package var context: CausalContext { self.cursor.context }

    /// Returns the next bytes, `maximumBytes` or a little more, or more if one record is; none at the end.
    ///
    /// - Throws: when a record cannot be read, or too much was replaced meanwhile.
    package mutating func read(_ maximumBytes: Int, from journal: RecordJournal) throws(CutError) -> [UInt8] {
        while !self.isEnded, self.encoder.pendingCount < maximumBytes {
            var part = CutPart()
            let isLast = try journal.readCut(
                &self.cursor, maximumBytes: min(maximumBytes, BackupStream.frameLength), into: &part)
            self.append(part)
            if isLast { self.end() }
        }
        return self.encoder.take()
    }

    /// Ends the reading, whether all was read or not.
    package func close(_ journal: RecordJournal) {
        journal.closeCut(self.cursor)
    }

    private mutating func append(_ part: CutPart) {
        if part.recordCount > 0 {
            self.encoder.append(.records) { writer in
                writer.writeCount(part.recordCount)
                writer.write(part.records.bytes)
            }
        }
        self.encoder.append(.kept, part.kept)
        self.recordCount += UInt64(part.recordCount)
        self.keptCount += UInt64(part.keptCount)
    }

    private mutating func end() {
        let start = self.encoder.length
        self.encoder.append(.context, self.cursor.context)
        let floor = self.cursor.floor
        self.encoder.append(.floor) { $0.write(floor) }
        self.encoder.appendEnd(records: self.recordCount, kept: self.keptCount, contextOffset: start)
        self.isEnded = true
    }

    /// The name, cut to as many bytes as fit.
    private static func shortened(_ name: String) -> [UInt8] {
        var name = name
        while name.utf8.count > BackupFormat.nameMaximum { name.removeLast() }
        return Array(name.utf8)
    }
}
