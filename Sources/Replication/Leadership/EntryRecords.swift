import ByteCoding
import Causality
import DataModel

/// The records of one entry: a count, then each record behind its length. Applied together.
struct EntryRecords {
    /// The payload of an entry that proposes these.
    static func payload(_ records: [[UInt8]]) -> [UInt8] {
        var writer = ByteWriter(capacity: records.reduce(10) { $0 + $1.count + 5 })
        writer.writeCount(records.count)
        for record in records { writer.writeLengthPrefixed(record) }
        return writer.bytes
    }

    /// The payload of an entry that ends leader mode: no records.
    static let end: [UInt8] = [0]

    /// Where the records lie in a payload.
    static func ranges(in payload: [UInt8]) throws(DecodingError) -> [Range<Int>] {
        var reader = ByteReader(payload)
        let count = try reader.readCount(maximum: DataLimits.batchCount)
        var ranges: [Range<Int>] = []
        for _ in 0..<count {
            ranges.append(try reader.readRange(try reader.readCount(maximum: DataLimits.recordLength)))
        }
        try reader.finish()
        return ranges
    }

    /// Throws unless every record of a payload can be read: what is not, must not get into a log.
    static func check(_ payload: [UInt8]) throws(DecodingError) {
        for range in try Self.ranges(in: payload) {
            var reader = ByteReader(payload, range)
            _ = try reader.readRecordLayout()
        }
    }

    /// The highest sequence of that peer among the records; 0 if there is none.
    static func highestSequence(of peer: PeerID, in payload: [UInt8]) throws(DecodingError) -> UInt64 {
        var highest: UInt64 = 0
        for range in try Self.ranges(in: payload) {
            var reader = ByteReader(payload, range)
            let dot = try reader.readRecordDot()
            if dot.peer == peer { highest = max(highest, dot.sequence) }
        }
        return highest
    }
}
