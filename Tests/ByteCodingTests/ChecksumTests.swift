import ByteCoding
import TestSupport
import Testing

struct ChecksumTests {
    /// RFC 3720, appendix B.4, and the check value of the catalogue of CRC algorithms.
    @Test(
        arguments: [
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            (Array(0..<32), 0x46DD_794E),
            (Array((0..<32).reversed()), 0x113F_DB5C),
            (Array("123456789".utf8), 0xE306_9283),
            ([], 0),
        ] as [([UInt8], UInt32)])
    func `published checksums are met`(bytes: [UInt8], checksum: UInt32) {
        #expect(Checksum.crc32c(0, bytes.span) == checksum)
    }

    @Test func `a checksum can be continued at every byte and taken at every alignment`() {
        var generator = SeededGenerator(seed: 1)
        let bytes = (0..<160).map { _ in UInt8.random(in: 0...(.max), using: &generator) }
        for start in 0..<16 {
            let whole = Self.bitwise(bytes[start...])
            #expect(Checksum.crc32c(0, bytes.span.extracting(start..<160)) == whole)
            for split in start...160 {
                let first = Checksum.crc32c(0, bytes.span.extracting(start..<split))
                #expect(Checksum.crc32c(first, bytes.span.extracting(split..<160)) == whole)
            }
        }
    }

    @Test func `every length has its own checksum`() {
        let bytes = (0..<80).map { UInt8($0) }
        for length in 0...80 {
            #expect(Checksum.crc32c(0, bytes.span.extracting(0..<length)) == Self.bitwise(bytes[..<length]))
        }
    }

    @Test func `words count as their bytes, lowest first`() {
        let seed = Checksum.crc32c(0, [1, 2, 3].span)
        let bytes = [8, 7, 6, 5, 4, 3, 2, 1] + (9...32).map { UInt8($0) }
        let words: (UInt64, UInt64, UInt64, UInt64) = (
            0x0102_0304_0506_0708, 0x100F_0E0D_0C0B_0A09, 0x1817_1615_1413_1211, 0x201F_1E1D_1C1B_1A19
        )
        #expect(Checksum.crc32c(seed, words: words) == Checksum.crc32c(seed, bytes.span))
    }

    @Test func `every flipped bit changes the checksum`() {
        var bytes = (0..<40).map { UInt8($0) }
        let checksum = Checksum.crc32c(0, bytes.span)
        for bit in 0..<(8 * bytes.count) {
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(Checksum.crc32c(0, bytes.span) != checksum)
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        }
    }

    /// The definition, one bit at a time.
    private static func bitwise(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var remainder = UInt32.max
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 0 ? remainder >> 1 : (remainder >> 1) ^ 0x82F6_3B78 }
        }
        return ~remainder
    }
}
