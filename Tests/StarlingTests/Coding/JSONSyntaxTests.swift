import Starling
import TestSupport
import Testing

struct JSONSyntaxTests {
    private static func failure(_ bytes: [UInt8]) -> JSONSyntaxError? {
        do {
            _ = try JSONValueCoder().value([String: [Int]].self, decoding: bytes)
            return nil
        } catch DecodingError.dataCorrupted(let context) {
            return context.underlyingError as? JSONSyntaxError
        } catch {
            return nil
        }
    }

    @Test(
        arguments: [
            ("", .unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("{", .unexpectedEnd, 1), ("[1", .unexpectedEnd, 2),
            ("[1,]", .unexpectedByte(0x5D), 3), ("[,1]", .unexpectedByte(0x2C), 1), ("{,}", .unexpectedByte(0x2C), 1),
            (#"{"a"}"#, .unexpectedByte(0x7D), 4), (#"{"a":1,}"#, .unexpectedByte(0x7D), 7),
            ("{1:2}", .unexpectedByte(0x31), 1), ("[1 2]", .unexpectedByte(0x32), 3), ("[1}", .unexpectedByte(0x7D), 2),
            ("01", .trailingBytes, 1), ("1 2", .trailingBytes, 2), ("+1", .unexpectedByte(0x2B), 0),
            (".5", .unexpectedByte(0x2E), 0), ("5.", .unexpectedEnd, 2), ("-", .unexpectedEnd, 1),
            ("1e", .unexpectedEnd, 2),
            ("0x10", .trailingBytes, 1), ("NaN", .unexpectedByte(0x4E), 0), ("tru", .unexpectedEnd, 3),
            ("nul!", .unexpectedByte(0x21), 3), ("'a'", .unexpectedByte(0x27), 0), (#""a"#, .unexpectedEnd, 2),
            (#""\x""#, .unexpectedByte(0x78), 2), (#""\u12"#, .unexpectedEnd, 5),
            (#""\u12G4""#, .unexpectedByte(0x47), 5),
            (#""\ud800""#, .invalidString, 1), (#""\ud800\n""#, .invalidString, 1), (#""\udc00""#, .invalidString, 1),
            (#""\ud800\ud800""#, .invalidString, 1), ("\"\n\"", .unexpectedByte(0x0A), 1),
            (#"{"a":1,"a":2}"#, .duplicateName("a"), 7), ("\u{FEFF}1", .unexpectedByte(0xEF), 0),
        ] as [(String, JSONSyntaxError.Reason, Int)])
    func `what is not JSON is refused where it goes wrong`(text: String, reason: JSONSyntaxError.Reason, offset: Int) {
        #expect(Self.failure(Array(text.utf8)) == JSONSyntaxError(reason, at: offset))
    }

    @Test(arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]])
    func `a string that is not UTF-8 is refused`(bytes: [UInt8]) {
        #expect(Self.failure([0x22] + bytes + [0x22]) == JSONSyntaxError(.invalidString, at: 0))
    }

    @Test func `a hostile depth is refused before the stack is in danger`() {
        for bracket in ["[", "{\"a\":"] {
            let text = String(repeating: bracket, count: 100_000)
            #expect(Self.failure(Array(text.utf8))?.reason == .tooDeep)
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `no bytes crash the reader`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let coder = JSONValueCoder()
        var bytes = try coder.bytes(encoding: CodingSamples.Order.sample)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            switch UInt64.random(in: 0..<4, using: &generator) {
            case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[index] = UInt8.random(in: 0...(.max), using: &generator)
            case 2: bytes.remove(at: index)
            default: bytes = Array(bytes[..<max(index, 1)])
            }
        }
        guard let order = try? coder.value(CodingSamples.Order.self, decoding: bytes) else { return }
        #expect(try coder.value(CodingSamples.Order.self, decoding: coder.bytes(encoding: order)) == order)
    }
}
