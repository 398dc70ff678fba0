import ByteCoding
import RESP
import TestSupport
import Testing

@Suite struct DecimalIntegerTests {
    @Test(
        arguments: [
            0, 1, -1, 9, 10, -10, 99, 100, 1_234_567_890, .max, .max - 1, .min, .min + 1, 1_000_000_000_000_000_000,
        ] as [Int64])
    func `an integer that is written reads back as itself`(value: Int64) {
        var text: [UInt8] = []
        DecimalInteger.append(value, to: &text)
        #expect(String(decoding: text, as: UTF8.self) == String(value))
        #expect(DecimalInteger.parse(text.span) == value)
    }

    @Test(arguments: [
        "", "-", "+1", " 1", "1 ", "01", "00", "-0", "-01", "1a", "a", "1.0", "1e3", "0x10", "--1", "1-", "\0",
        "9223372036854775808", "-9223372036854775809", "18446744073709551616", "92233720368547758070",
        "-92233720368547758080", "100000000000000000000000000000000000000",
    ])
    func `what is not the shortest spelling of an integer in range is none`(text: String) {
        #expect(DecimalInteger.parse(Array(text.utf8).span) == nil)
    }

    @Test(arguments: 0..<20)
    func `random integers of all sizes are written as the standard library writes them`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let value = Int64(truncatingIfNeeded: generator.next()) >> Int64.random(in: 0..<64, using: &generator)
            var text: [UInt8] = []
            DecimalInteger.append(value, to: &text)
            #expect(String(decoding: text, as: UTF8.self) == String(value))
            #expect(DecimalInteger.parse(text.span) == value)
        }
    }
}
