import RESP
import Testing

@Suite struct RESPInlineRequestTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var line: String
        /// The words, or nil if the quotes are unbalanced.
        var words: [String]?

        var testDescription: String { String(reflecting: self.line) }
        var expected: ParsedRequests {
            if let words = self.words {
                ParsedRequests(requests: [words, ["next"]])
            } else {
                ParsedRequests(requests: [], error: .unbalancedQuotes)
            }
        }
    }

    static let cases: [Case] = [
        Case(line: "", words: []),
        Case(line: " \t ", words: []),
        Case(line: "PING", words: ["PING"]),
        Case(line: "  SET  k\tv  ", words: ["SET", "k", "v"]),
        Case(line: #"SET "a b" 'c d'"#, words: ["SET", "a b", "c d"]),
        Case(line: #"SET "" ''"#, words: ["SET", "", ""]),
        Case(line: #"x "\n\r\t\b\a\\\"\q""#, words: ["x", "\n\r\t\u{8}\u{7}\\\"q"]),
        Case(line: #"x "\x41\x7a\xZZ\x4""#, words: ["x", "AzxZZx4"]),
        Case(line: #"x "\xe2\x82\xac" y"#, words: ["x", "€", "y"]),
        Case(line: #"x 'it\'s \n'"#, words: ["x", #"it's \n"#]),
        Case(line: #"fo"o b"ar"#, words: nil),
        Case(line: #"fo"o b" ar"#, words: ["foo b", "ar"]),
        Case(line: #"SET "k"v"#, words: nil),
        Case(line: #"SET 'k"#, words: nil),
        Case(line: #"SET "k\""#, words: nil),
        Case(line: #"SET "k\"#, words: nil),
        Case(line: #"SET """#, words: ["SET", ""]),
        Case(line: #"SET ""#, words: nil),
        Case(line: #"back\slash"#, words: [#"back\slash"#]),
    ]

    @Test(arguments: cases, ["\n", "\r\n"])
    func `a line is split and unquoted as Redis does it`(example: Case, lineEnd: String) {
        let text = example.line + lineEnd + "next" + lineEnd
        #expect(ParsedRequests(text, inline: true) == example.expected)
    }

    @Test(arguments: cases)
    func `a cut at any byte changes nothing`(example: Case) {
        let bytes = Array((example.line + "\r\nnext\r\n").utf8)
        for cut in 0...bytes.count {
            let parsed = ParsedRequests([Array(bytes[..<cut]), Array(bytes[cut...])], inline: true, compacts: true)
            #expect(parsed == example.expected, "cut at \(cut)")
        }
    }

    @Test func `bytes after the line and before the offset are left alone`() {
        var parser = RESPRequestParser(limits: RESPLimits())
        var request = RESPRequest()
        var bytes = Array(#"ab"\n" "\n""#.utf8) + [0x0A] + Array(#""\n""#.utf8)
        let before = bytes
        var span = bytes.mutableSpan
        #expect(parser.parseInline(&span, from: 2, into: &request) == .complete(next: 12))
        #expect(request.arguments.map { Array(bytes[$0]) } == [[0x0A], [0x0A]])
        #expect(bytes[..<2] == before[..<2] && bytes[12...] == before[12...])
    }

    @Test func `a line over the limit is refused, with its end or without`() {
        let limits = RESPLimits(maximumArguments: 3, maximumInlineLength: 8)
        #expect(ParsedRequests("12345678\r\n", limits: limits, inline: true).requests == [["12345678"]])
        #expect(ParsedRequests("12345678\n", limits: limits, inline: true).requests == [["12345678"]])
        #expect(ParsedRequests("123456789\n", limits: limits, inline: true).error == .inlineTooLong)
        #expect(ParsedRequests("1234567890", limits: limits, inline: true).error == .inlineTooLong)
        #expect(ParsedRequests("a b c d\n", limits: limits, inline: true).error == .invalidMultibulkLength)
    }
}
