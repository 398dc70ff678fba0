import RESP
import TestSupport
import Testing

@Suite struct RESPReplyParserTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var value: RESPValue

        var testDescription: String { String(reflecting: self.text) }
    }

    static let wellFormed: [Case] = [
        Case(text: "+OK\r\n", value: .simpleString("OK")),
        Case(text: "+\r\n", value: .simpleString("")),
        Case(text: "-ERR no\r\n", value: .error("ERR no")),
        Case(text: "!6\r\nERR no\r\n", value: .error("ERR no")),
        Case(text: ":-42\r\n", value: .integer(-42)),
        Case(text: ":+7\r\n", value: .integer(7)),
        Case(text: "$0\r\n\r\n", value: .bulkString([])),
        Case(text: "$4\r\na\r\nb\r\n", value: .bulkString(Array("a\r\nb".utf8))),
        Case(text: "$-1\r\n", value: .null),
        Case(text: "*-1\r\n", value: .null),
        Case(text: "_\r\n", value: .null),
        Case(text: "#t\r\n", value: .boolean(true)),
        Case(text: "#f\r\n", value: .boolean(false)),
        Case(text: ",1.5\r\n", value: .double(1.5)),
        Case(text: ",-1e-3\r\n", value: .double(-0.001)),
        Case(text: ",-inf\r\n", value: .double(-.infinity)),
        Case(text: "(-123456789012345678901234567890\r\n", value: .bigNumber("-123456789012345678901234567890")),
        Case(text: "=6\r\nmkd:*h\r\n", value: .verbatimString(format: "mkd", text: Array("*h".utf8))),
        Case(text: "*0\r\n", value: .array([])),
        Case(text: "*2\r\n:1\r\n*1\r\n$1\r\na\r\n", value: .array([.integer(1), .array([.bulkString([97])])])),
        Case(text: "*2\r\n*0\r\n%0\r\n", value: .array([.array([]), .map([])])),
        Case(
            text: "%2\r\n+a\r\n:1\r\n+b\r\n~1\r\n_\r\n",
            value: .map([
                RESPMapEntry(key: .simpleString("a"), value: .integer(1)),
                RESPMapEntry(key: .simpleString("b"), value: .set([.null])),
            ])),
        Case(text: ">1\r\n+m\r\n", value: .push([.simpleString("m")])),
        Case(
            text: "*2\r\n|1\r\n+ttl\r\n:5\r\n$1\r\na\r\n:9\r\n",
            value: .array([
                .attributed(
                    [RESPMapEntry(key: .simpleString("ttl"), value: .integer(5))], .bulkString([97])), .integer(9),
            ])),
        Case(text: "|0\r\n+a\r\n", value: .attributed([], .simpleString("a"))),
    ]

    /// Parses all of `pieces`, dropping what has been taken in after each; nil is a reply that is not complete.
    private func parse(_ pieces: [[UInt8]], limits: RESPReplyLimits = RESPReplyLimits()) throws -> [RESPValue] {
        var parser = RESPReplyParser(limits: limits)
        var values: [RESPValue] = []
        var buffer: [UInt8] = []
        for piece in pieces {
            buffer.append(contentsOf: piece)
            parsing: while true {
                switch parser.parse(buffer.span, from: 0) {
                case .complete(let value, let next):
                    values.append(value)
                    buffer.removeFirst(next)
                case .incomplete(let next):
                    buffer.removeFirst(next)
                    break parsing
                case .failed(let error): throw error
                }
            }
        }
        return values
    }

    private func parse(_ text: String, limits: RESPReplyLimits = RESPReplyLimits()) throws -> [RESPValue] {
        try self.parse([Array(text.utf8)], limits: limits)
    }

    @Test(arguments: wellFormed)
    func `a reply is read, however it is cut`(example: Case) throws {
        let bytes = Array((example.text + example.text).utf8)
        let expected = [example.value, example.value]
        for cut in 0...bytes.count {
            #expect(try self.parse([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected, "cut at \(cut)")
        }
        #expect(try self.parse(bytes.map { [$0] }) == expected)
        #expect(try self.parse([bytes.dropLast()]) == [example.value])
    }

    @Test(
        arguments: [
            ("?\r\n", .unknownType(0x3F)),
            ("$?\r\n", .malformed(type: 0x24)),
            ("$-2\r\n", .malformed(type: 0x24)),
            ("$1\r\nab\r\n", .malformed(type: 0x24)),
            ("$067108865\r\n", .malformed(type: 0x24)),
            ("$67108865\r\n", .bulkTooLong),
            ("$9223372036854775807\r\n", .bulkTooLong),
            ("$" + String(repeating: "1", count: 40), .lineTooLong),
            ("*-2\r\n", .malformed(type: 0x2A)),
            ("%-1\r\n", .malformed(type: 0x25)),
            ("*9223372036854775807\r\n", .tooManyElements),
            ("%8388609\r\n", .tooManyElements),
            ("*2\r\n*16777215\r\n", .tooManyElements),
            ("+a\rb\r\n", .malformed(type: 0x2B)),
            ("+a\nb", .malformed(type: 0x2B)),
            (":\r\n", .malformed(type: 0x3A)),
            (":1x\r\n", .malformed(type: 0x3A)),
            (":+-1\r\n", .malformed(type: 0x3A)),
            (":9223372036854775808\r\n", .malformed(type: 0x3A)),
            ("_x\r\n", .malformed(type: 0x5F)),
            ("#x\r\n", .malformed(type: 0x23)),
            ("#\r\n", .malformed(type: 0x23)),
            (",0x1p3\r\n", .malformed(type: 0x2C)),
            (",\r\n", .malformed(type: 0x2C)),
            (",infinity\r\n", .malformed(type: 0x2C)),
            ("(\r\n", .malformed(type: 0x28)),
            ("(-\r\n", .malformed(type: 0x28)),
            ("(12a\r\n", .malformed(type: 0x28)),
            ("=3\r\ntxt\r\n", .malformed(type: 0x3D)),
            ("=4\r\ntxt;\r\n", .malformed(type: 0x3D)),
        ] as [(String, RESPReplyError)])
    func `what is not a reply is refused`(text: String, error: RESPReplyError) {
        #expect(throws: error) { try self.parse(text) }
    }

    @Test func `replies within replies end at the limit`() throws {
        let allowed = String(repeating: "*1\r\n", count: 32)
        #expect(try self.parse(allowed + ":1\r\n").count == 1)
        #expect(throws: RESPReplyError.tooDeep) { try self.parse(allowed + "*1\r\n") }
    }

    @Test func `a line over the limit is refused before its end comes`() throws {
        let limits = RESPReplyLimits(maximumLineLength: 4)
        #expect(try self.parse("+abcd\r\n", limits: limits) == [.simpleString("abcd")])
        #expect(throws: RESPReplyError.lineTooLong) { try self.parse("+abcde", limits: limits) }
    }

    @Test func `a reply over the limit is refused, and the next one starts from nothing`() throws {
        let limits = RESPReplyLimits(maximumReplyLength: 16)
        #expect(try self.parse("*2\r\n+a\r\n+abcd\r\n", limits: limits).count == 1)
        #expect(try self.parse(Array("*2\r\n+a\r\n+abcd\r\n+a\r\n".utf8).map { [$0] }, limits: limits).count == 2)
        #expect(throws: RESPReplyError.replyTooLong) {
            try self.parse(Array("*2\r\n+a\r\n+abcdefg\r\n".utf8).map { [$0] }, limits: limits)
        }
    }

    @Test func `not a number is read as such`() throws {
        let values = try self.parse(",nan\r\n")
        guard case .double(let value) = values.first else {
            Issue.record("\(values)")
            return
        }
        #expect(value.isNaN)
    }

    @Test(arguments: 0..<200)
    func `random bytes give the same in one piece and byte by byte`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("*%~>|$=!+-:_#,(0123\r\n\r\n\r\n\r\ntfa".utf8)
        var bytes = Array("*2\r\n%1\r\n+a\r\n:1\r\n|1\r\n+t\r\n:5\r\n$1\r\na\r\n".utf8)
        for _ in 0..<Int.random(in: 0...5, using: &generator) {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            bytes[index] = alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
        }
        for _ in 0..<20 {
            bytes.append(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)])
        }
        let whole = Result { try self.parse([bytes]) }
        let pieces = Result { try self.parse(bytes.map { [$0] }) }
        #expect(String(describing: whole) == String(describing: pieces))
    }
}
