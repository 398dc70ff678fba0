import ByteCoding
import TestSupport
import Testing

struct ByteReaderTests {
    /// One value of each kind that the writer knows.
    private enum Value: Hashable {
        case u8(UInt8)
        case u16(UInt16)
        case u32(UInt32)
        case u64(UInt64)
        case varint(UInt64)
        case bytes([UInt8])
        case text(String)

        static func random(_ generator: inout SeededGenerator) -> Value {
            let number =
                UInt64.random(in: 0...(.max), using: &generator) >> UInt64.random(in: 0..<64, using: &generator)
            switch UInt64.random(in: 0..<7, using: &generator) {
            case 0: return .u8(UInt8(truncatingIfNeeded: number))
            case 1: return .u16(UInt16(truncatingIfNeeded: number))
            case 2: return .u32(UInt32(truncatingIfNeeded: number))
            case 3: return .u64(number)
            case 4: return .varint(number)
            case 5: return .bytes((0..<(number % 20)).map { UInt8(truncatingIfNeeded: number &* $0) })
            default: return .text(String(repeating: "ä€😀", count: Int(number % 5)))
            }
        }

        func write(to writer: inout ByteWriter) {
            switch self {
            case .u8(let value): writer.write(value)
            case .u16(let value): writer.write(value)
            case .u32(let value): writer.write(value)
            case .u64(let value): writer.write(value)
            case .varint(let value): writer.writeVarint(value)
            case .bytes(let value): writer.writeLengthPrefixed(value)
            case .text(let value): writer.write(value)
            }
        }

        /// Reads a value of this one's kind.
        func readAlike(from reader: inout ByteReader) throws(DecodingError) -> Value {
            switch self {
            case .u8: .u8(try reader.readUInt8())
            case .u16: .u16(try reader.readUInt16())
            case .u32: .u32(try reader.readUInt32())
            case .u64: .u64(try reader.readUInt64())
            case .varint: .varint(try reader.readVarint())
            case .bytes: .bytes(try reader.readLengthPrefixedBytes(maximum: 100))
            case .text: .text(try reader.readString(maximum: 100))
            }
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `what is written is read back, and every truncation is refused`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let values = (0..<Int.random(in: 1...8, using: &generator)).map { _ in Value.random(&generator) }
        var writer = ByteWriter()
        for value in values { value.write(to: &writer) }
        #expect(writer.count == writer.bytes.count)

        var reader = ByteReader(writer.bytes)
        for value in values { #expect(try value.readAlike(from: &reader) == value) }
        try reader.finish()

        for length in 0..<writer.count {
            #expect(throws: DecodingError.truncated) {
                var reader = ByteReader(writer.bytes, 0..<length)
                for value in values { _ = try value.readAlike(from: &reader) }
            }
        }
    }

    @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, UInt64(UInt32.max), 1 << 62, 1 << 63, .max - 1, .max])
    func `a varint takes one byte for every seven bits`(value: UInt64) throws {
        var writer = ByteWriter()
        writer.writeVarint(value)
        #expect(writer.count == max(1, (70 - value.leadingZeroBitCount) / 7))
        var reader = ByteReader(writer.bytes)
        #expect(try reader.readVarint() == value)
        try reader.finish()
    }

    @Test(
        arguments: [
            [0x80, 0x00], [0xFF, 0x00], [0x81, 0x80, 0x00],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02],
            [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
            [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x81, 0x00],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
        ] as [[UInt8]])
    func `a varint that is longer than need be or beyond 64 bits is refused`(bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        #expect(throws: DecodingError.malformed) { try reader.readVarint() }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `a varint that is read is written back as the same bytes`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bytes = (0..<12).map { _ in UInt8.random(in: 0...(.max), using: &generator) | (seed % 2 == 0 ? 0x80 : 0) }
        var reader = ByteReader(bytes)
        guard let value = try? reader.readVarint() else { return }
        var writer = ByteWriter()
        writer.writeVarint(value)
        #expect(writer.bytes == Array(bytes[..<reader.offset]))
    }

    @Test func `a length beyond its bound is refused before anything is read`() {
        var writer = ByteWriter()
        writer.writeVarint(.max)
        #expect(throws: DecodingError.tooLarge) {
            var reader = ByteReader(writer.bytes)
            _ = try reader.readCount(maximum: .max)
        }
        #expect(throws: DecodingError.tooLarge) {
            var reader = ByteReader([3, 1, 2, 3])
            _ = try reader.readLengthPrefixedBytes(maximum: 2)
        }
        #expect(throws: DecodingError.truncated) {
            var reader = ByteReader([1, 2])
            _ = try reader.readBytes(-1)
        }
    }

    @Test(arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80]] as [[UInt8]])
    func `text that is not UTF-8 is refused`(bytes: [UInt8]) {
        var writer = ByteWriter()
        writer.writeLengthPrefixed(bytes)
        var reader = ByteReader(writer.bytes)
        #expect(throws: DecodingError.malformed) { try reader.readString(maximum: 10) }
    }

    @Test func `a reader stays within its stretch`() throws {
        var reader = ByteReader([9, 1, 2, 9], 1..<3)
        #expect(reader.remaining == 2)
        #expect(throws: DecodingError.malformed) { try reader.finish() }
        #expect(try reader.readRange(2) == 1..<3)
        #expect(throws: DecodingError.truncated) { try reader.readUInt8() }
        try reader.finish()
    }

    @Test func `integers are little-endian and a length can be filled in later`() {
        var writer = ByteWriter([7])
        writer.write(0x0102 as UInt16)
        writer.write(0 as UInt32)
        writer.write(0x0102_0304_0506_0708 as UInt64)
        writer.overwrite(0xA1A2_A3A4, at: 3)
        writer.write([5, 6].span)
        #expect(writer.bytes == [7, 2, 1, 0xA4, 0xA3, 0xA2, 0xA1, 8, 7, 6, 5, 4, 3, 2, 1, 5, 6])
        #expect([UInt8](copying: writer.bytes.span.extracting(1..<3)) == [2, 1])
    }
}
