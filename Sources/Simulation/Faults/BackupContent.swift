import ByteCoding
import Causality
import DataModel
import Journal

/// What one synced state of a store holds, told from any other by checksums.
struct BackupContent {
    let context: CausalContext
    let floor: VersionVector
    let recordCount: Int
    /// Over all encoded records in the order of their dots.
    let checksum: UInt32
    /// The same without tombstones and what expires, of which one node may have collected some that another has.
    let lastingChecksum: UInt32

    /// Reads it from a journal, all at once.
    init(of journal: RecordJournal) throws(CutError) {
        var cursor = try journal.openCut()
        defer { journal.closeCut(cursor) }
        var part = CutPart()
        while try !journal.readCut(&cursor, maximumBytes: .max, into: &part) {}
        self.context = cursor.context
        self.floor = cursor.floor
        self.recordCount = part.recordCount
        self.checksum = Checksum.crc32c(0, part.records.bytes.span)
        var lasting: UInt32 = 0
        var reader = ByteReader(part.records.bytes)
        while let length = try? reader.readCount(maximum: DataLimits.recordLength),
            let range = try? reader.readRange(length)
        {
            var record = ByteReader(part.records.bytes, range)
            guard let head = try? record.readRecordLayout().head, head.operation != .delete, head.expiry == nil
            else { continue }
            lasting = Checksum.crc32c(lasting, part.records.bytes.span.extracting(range))
        }
        self.lastingChecksum = lasting
    }

    /// In what it differs from another, in words.
    func difference(from found: BackupContent) -> String {
        var words: [String] = []
        if self.context != found.context { words.append("context \(found.context) for \(self.context)") }
        if self.floor != found.floor { words.append("floor \(found.floor) for \(self.floor)") }
        if self.checksum != found.checksum { words.append("records") }
        if self.lastingChecksum != found.lastingChecksum { words.append("records that last") }
        return words.joined(separator: ", ")
    }
}
