import AntiEntropy
import Journal

/// Records that have come from a peer, and how far they have been applied.
struct Arrival {
    let records: EncodedRecords
    /// Where in the records' bytes each of them lies.
    let ranges: [Range<Int>]
    /// The index of the next one to apply.
    var next = 0

    init(_ records: EncodedRecords) {
        self.records = records
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(records.count)
        records.forEachRecord { ranges.append($0) }
        self.ranges = ranges
    }

    /// Bytes that the rest takes in the log, as a rule.
    var remainingBytes: Int {
        self.ranges[self.next...].reduce(0) { $0 + RecordJournal.receptionBytes(recordLength: $1.count) }
    }
}
