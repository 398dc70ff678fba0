import ByteCoding
import DataModel

/// Some records as they travel: each a varint length and the record's bytes.
package struct EncodedRecords: Hashable, Sendable {
    /// The array that the records lie in.
    package let bytes: [UInt8]
    /// Where in `bytes` they lie.
    package let range: Range<Int>
    /// How many there are.
    package let count: Int
    /// Whether they are part of a snapshot, which lists all that is live, or of a tail.
    package var isSnapshot: Bool

    /// Wraps what an owner has encoded.
    ///
    /// - Precondition: `bytes` is `count` times a varint length and that many bytes.
    package init(_ bytes: [UInt8], count: Int, isSnapshot: Bool = false) {
        self.bytes = bytes
        self.range = 0..<bytes.count
        self.count = count
        self.isSnapshot = isSnapshot
    }

    /// Reads `count` records up to the end of the reader, without looking into them.
    init(reading reader: inout ByteReader, count: Int, isSnapshot: Bool) throws(DecodingError) {
        self.bytes = reader.bytes
        self.range = reader.offset..<reader.end
        self.count = count
        self.isSnapshot = isSnapshot
        for _ in 0..<count {
            _ = try reader.readRange(try reader.readCount(maximum: DataLimits.recordLength))
        }
        try reader.finish()
    }

    /// No records: what an owner supplies with a closing when nothing is left.
    package static let none = EncodedRecords([], count: 0)

    /// Bytes of the records and their lengths: what credit counts.
    package var byteCount: Int {
        self.range.count
    }

    /// Calls `body` with where in ``bytes`` each record lies, in order.
    ///
    /// - Throws: what `body` throws. The lengths were checked when the records were taken in; should an
    ///   owner have broken its promise, the walk ends where they stop making sense.
    package func forEachRecord<Failure: Error>(_ body: (Range<Int>) throws(Failure) -> Void) throws(Failure) {
        var reader = ByteReader(self.bytes, self.range)
        for _ in 0..<self.count {
            guard let length = try? reader.readCount(maximum: DataLimits.recordLength),
                let record = try? reader.readRange(length)
            else { return }
            try body(record)
        }
    }

    /// Whether the records are the same, wherever they lie.
    package static func == (left: EncodedRecords, right: EncodedRecords) -> Bool {
        left.count == right.count && left.isSnapshot == right.isSnapshot
            && left.bytes[left.range] == right.bytes[right.range]
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.count)
        hasher.combine(self.isSnapshot)
        hasher.combine(self.bytes[self.range])
    }
}
