import ByteCoding
import Causality
import DataModel
import TestSupport
import Testing

struct RecordCodingTests {
    private static func encoded(_ record: Record) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(record)
        return writer.bytes
    }

    private static func decoded(_ bytes: [UInt8]) throws(DecodingError) -> Record {
        var reader = ByteReader(bytes)
        let record = try reader.readRecord()
        try reader.finish()
        return record
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `a record is read back as it was written`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let record = RandomRecords.record(&generator)
        let bytes = Self.encoded(record)
        #expect(try Self.decoded(bytes) == record)

        var reader = ByteReader([9, 9] + bytes, 2..<(bytes.count + 2))
        let layout = try reader.readRecordLayout()
        #expect(layout.head == record.head)
        #expect(layout.key.count == record.key.count && layout.value.count == record.value.count)
        #expect(layout.value.upperBound == bytes.count + 2)
        #expect(Record(layout, in: [9, 9] + bytes) == record)
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `damaged bytes are refused or are another record's only bytes`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bytes = Self.encoded(RandomRecords.record(&generator))
        for length in 0..<bytes.count { Self.expectCanonical(Array(bytes[..<length])) }
        for bit in 0..<(8 * bytes.count) {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            Self.expectCanonical(flipped)
        }
        for _ in 0..<100 {
            var scrambled = bytes
            for _ in 0..<3 {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                scrambled[index] = UInt8.random(in: 0...(.max), using: &generator)
            }
            Self.expectCanonical(scrambled)
        }
    }

    private static func expectCanonical(_ bytes: [UInt8]) {
        guard let record = try? Self.decoded(bytes) else { return }
        #expect(Self.encoded(record) == bytes)
    }

    @Test func `the bytes are those of the format`() {
        let record = Record(
            dot: Dot(peer: PeerID(rawValue: 1), sequence: 300), clock: 2, timestamp: HybridTimestamp(rawValue: 3),
            operation: .count, key: [0x6B], value: [0x76, 0x77], expiry: 4,
            context: CausalContext([Dot(peer: PeerID(rawValue: 5), sequence: 7)]), replacesAllEarlier: true,
            continuesBatch: true)
        #expect(
            Self.encoded(record) == [0b11_1110, 1, 0, 0, 0, 0, 0, 0, 0, 0xAC, 0x02, 2, 3, 0, 0, 0, 0, 0, 0, 0]
                + [4, 0, 0, 0, 0, 0, 0, 0] + [1, 5, 0, 0, 0, 0, 0, 0, 0, 0, 1, 7, 0] + [1, 0x6B, 0x76, 0x77])
    }

    private static let one = PeerID(rawValue: 1)

    private static func record(
        sequence: UInt64 = 5, _ operation: Operation = .put, value: [UInt8] = [], context: CausalContext,
        replacesAllEarlier: Bool
    ) -> Record {
        Record(
            dot: Dot(peer: Self.one, sequence: sequence), clock: 0, timestamp: HybridTimestamp(rawValue: 0),
            operation: operation, key: [], value: value, context: context, replacesAllEarlier: replacesAllEarlier)
    }

    @Test(arguments: [
        Self.record(sequence: 0, context: CausalContext(), replacesAllEarlier: true),
        Self.record(sequence: .max, context: CausalContext(), replacesAllEarlier: true),
        Self.record(.delete, value: [1], context: CausalContext(), replacesAllEarlier: true),
        Self.record(context: CausalContext([Dot(peer: Self.one, sequence: 5)]), replacesAllEarlier: false),
        Self.record(context: CausalContext([Dot(peer: Self.one, sequence: 6)]), replacesAllEarlier: false),
        Self.record(context: CausalContext([Dot(peer: Self.one, sequence: 4)]), replacesAllEarlier: true),
    ])
    func `what no writer makes is refused`(record: Record) {
        #expect(throws: DecodingError.malformed) { try Self.decoded(Self.encoded(record)) }
    }

    @Test(arguments: [0b11, 1 << 6, 1 << 7] as [UInt8])
    func `unknown flags and operations are refused`(flags: UInt8) {
        var bytes = Self.encoded(Self.record(context: CausalContext(), replacesAllEarlier: false))
        bytes[0] |= flags
        #expect(throws: DecodingError.malformed) { try Self.decoded(bytes) }
    }

    @Test func `keys and values have bounds`() throws {
        var record = Self.record(context: CausalContext(), replacesAllEarlier: true)
        record.key = [UInt8](repeating: 1, count: DataLimits.keyLength)
        #expect(try Self.decoded(Self.encoded(record)) == record)
        record.key.append(1)
        #expect(throws: DecodingError.tooLarge) { try Self.decoded(Self.encoded(record)) }
        record.key = []
        record.value = [UInt8](repeating: 1, count: DataLimits.valueLength + 1)
        #expect(throws: DecodingError.tooLarge) { try Self.decoded(Self.encoded(record)) }
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `a record covers its whole context and nothing else`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var record = RandomRecords.record(&generator)
        record.dot = Dot(peer: Self.one, sequence: UInt64.random(in: 1...20, using: &generator))
        record.context = CausalContext(
            (0..<6).map { _ in
                Dot(
                    peer: PeerID(rawValue: UInt64.random(in: 2...3, using: &generator)),
                    sequence: UInt64.random(in: 1...8, using: &generator))
            })
        for peer in 1...3 as ClosedRange<UInt64> {
            for sequence in 0...21 as ClosedRange<UInt64> {
                let dot = Dot(peer: PeerID(rawValue: peer), sequence: sequence)
                let covered = sequence > 0 && record.covers(dot)
                #expect(record.fullContext.contains(dot) == covered)
                #expect(record.head.covers(dot) == record.covers(dot))
            }
        }
        #expect(!record.covers(record.dot))
    }
}
