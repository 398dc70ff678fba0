import RESP
import TestSupport
import Testing

@Suite struct RESPRequestParserTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var requests: [[String]] = []
        var error: RESPProtocolError?
        var rest = 0

        var testDescription: String { String(reflecting: self.text) }
        var expected: ParsedRequests {
            ParsedRequests(requests: self.requests, error: self.error, rest: self.rest)
        }
    }

    static let wellFormed: [Case] = [
        Case(text: ""),
        Case(text: "*1\r\n$4\r\nPING\r\n", requests: [["PING"]]),
        Case(text: "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n", requests: [["SET", "k", ""]]),
        Case(text: "*2\r\n$3\r\nGET\r\n$4\r\n\r\n\r\n\r\n", requests: [["GET", "\r\n\r\n"]]),
        Case(text: "*0\r\n", requests: [[]]),
        Case(text: "*-1\r\n*-7\r\n*1\r\n$1\r\na\r\n", requests: [[], [], ["a"]]),
        Case(text: "*2\r\n$11\r\nabcdefghijk\r\n$1\r\nx\r\n*1", requests: [["abcdefghijk", "x"]], rest: 2),
        Case(text: "*1\r\n$1\r\na\r\n*1\r\n$1\r\nb\r\n*2\r\n$1\r\nc\r\n", requests: [["a"], ["b"]], rest: 11),
    ]

    static let malformed: [Case] = [
        Case(text: "GET k\r\n", error: .expectedMultibulk(got: UInt8(ascii: "G"))),
        Case(text: "\0", error: .expectedMultibulk(got: 0)),
        Case(text: "*x\r\n", error: .invalidMultibulkLength),
        Case(text: "*\r\n", error: .invalidMultibulkLength),
        Case(text: "*-\r\n", error: .invalidMultibulkLength),
        Case(text: "*+1\r\n", error: .invalidMultibulkLength),
        Case(text: "*01\r\n", error: .invalidMultibulkLength),
        Case(text: "*-0\r\n", error: .invalidMultibulkLength),
        Case(text: "* 1\r\n", error: .invalidMultibulkLength),
        Case(text: "*1\rx", error: .invalidMultibulkLength),
        Case(text: "*1\n", error: .invalidMultibulkLength),
        Case(text: "*1048577\r\n", error: .invalidMultibulkLength),
        Case(text: "*9223372036854775807\r\n", error: .invalidMultibulkLength),
        Case(text: "*18446744073709551617\r\n", error: .invalidMultibulkLength),
        Case(text: "*99999999999999999999999999999999\r\n", error: .invalidMultibulkLength),
        Case(text: "*" + String(repeating: "9", count: 40), error: .multibulkLengthTooLong),
        Case(text: "*1\r\nfoo\r\n", error: .expectedBulk(got: UInt8(ascii: "f"))),
        Case(text: "*3\r\n$3\r\nSET\r\n$1\r\nx\r\nfooz\r\n", error: .expectedBulk(got: UInt8(ascii: "f"))),
        Case(text: "*1\r\n$-1\r\n", error: .invalidBulkLength),
        Case(text: "*1\r\n$-10\r\n", error: .invalidBulkLength),
        Case(text: "*1\r\n$blabla\r\n", error: .invalidBulkLength),
        Case(text: "*1\r\n$\r\n", error: .invalidBulkLength),
        Case(text: "*1\r\n$2000000000\r\n", error: .invalidBulkLength),
        Case(text: "*1\r\n$9223372036854775807\r\n", error: .invalidBulkLength),
        Case(text: "*1\r\n$-9223372036854775808\r\n", error: .invalidBulkLength),
        Case(text: "*1\r\n$" + String(repeating: "1", count: 40), error: .bulkLengthTooLong),
        Case(text: "*1\r\n$3\r\nabcd\r\n", error: .missingLineEnd),
        Case(text: "*1\r\n$3\r\nabc\r*", error: .missingLineEnd),
        Case(text: "*1\r\n$1\r\na\r\n*1\r\n$4\r\nabc\r\n*", requests: [["a"]], error: .missingLineEnd),
    ]

    @Test(arguments: wellFormed + malformed)
    func `bytes are the requests or the error that the protocol says`(example: Case) {
        #expect(ParsedRequests(example.text) == example.expected)
    }

    @Test(arguments: wellFormed + malformed, [false, true])
    func `a cut at any byte changes nothing`(example: Case, compacts: Bool) {
        let bytes = Array(example.text.utf8)
        for cut in 0...bytes.count {
            let pieces = [Array(bytes[..<cut]), Array(bytes[cut...])]
            var parsed = ParsedRequests(pieces, compacts: compacts)
            #expect(parsed == example.expected, "cut at \(cut)")
            parsed = ParsedRequests(bytes.map { [$0] }, compacts: compacts)
            #expect(parsed == example.expected, "byte by byte")
        }
    }

    @Test(arguments: 0..<50)
    func `random requests in random pieces are read as they were written`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var stream: [UInt8] = []
        var written: [[String]] = []
        for _ in 0..<Int.random(in: 1...20, using: &generator) {
            let arguments = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                String(repeating: "é\r\n$*", count: Int.random(in: 0...20, using: &generator))
            }
            written.append(arguments)
            RESPRequest.encode(arguments.map { Array($0.utf8) }, into: &stream)
        }
        var pieces: [[UInt8]] = []
        var start = 0
        while start < stream.count {
            let end = min(stream.count, start + Int.random(in: 1...200, using: &generator))
            pieces.append(Array(stream[start..<end]))
            start = end
        }
        let parsed = ParsedRequests(pieces, compacts: Bool.random(using: &generator))
        #expect(parsed == ParsedRequests(requests: written))
    }

    @Test(arguments: 0..<200)
    func `random bytes are requests, a beginning, or an error`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("*$-0123456789\r\n\r\n\r\nA\0\"'\\x ".utf8)
        var bytes = Array("*2\r\n$1\r\na\r\n$1\r\nb\r\n*1\r\n".utf8)
        for _ in 0..<Int.random(in: 0...6, using: &generator) {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            bytes[index] = alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
        }
        for _ in 0..<40 {
            bytes.append(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)])
        }
        for inline in [false, true] {
            let whole = ParsedRequests([bytes], inline: inline)
            let pieces = ParsedRequests(bytes.map { [$0] }, inline: inline)
            #expect(whole == pieces)
        }
    }

    @Test func `a request may start behind the buffer's start and end before its end`() {
        var parser = RESPRequestParser(limits: RESPLimits())
        var request = RESPRequest()
        let bytes = Array("junk*1\r\n$2\r\nab\r\njunk".utf8)
        #expect(parser.parse(bytes.span, from: 4, into: &request) == .complete(next: 16))
        #expect(request.arguments == [12..<14])
    }

    @Test func `a huge count allocates nothing before its arguments come`() {
        var parser = RESPRequestParser(limits: RESPLimits())
        var request = RESPRequest()
        let bytes = Array("*1048576\r\n$16777216\r\n".utf8)
        #expect(parser.parse(bytes.span, from: 0, into: &request) == .incomplete(needed: 16_777_218))
        #expect(request.arguments.capacity < 64)
    }

    @Test func `an incomplete argument says how many bytes it lacks`() {
        var parser = RESPRequestParser(limits: RESPLimits())
        var request = RESPRequest()
        var bytes = Array("*1\r\n$1000\r\nabc".utf8)
        #expect(parser.parse(bytes.span, from: 0, into: &request) == .incomplete(needed: 999))
        bytes.append(contentsOf: repeatElement(120, count: 998))
        #expect(parser.parse(bytes.span, from: 0, into: &request) == .incomplete(needed: 1))
    }

    @Test func `what is over a limit is refused as soon as it is declared`() {
        let limits = RESPLimits(maximumArguments: 3, maximumBulkLength: 10, maximumRequestLength: 30)
        #expect(ParsedRequests("*4\r\n", limits: limits).error == .invalidMultibulkLength)
        #expect(ParsedRequests("*1\r\n$11\r\n", limits: limits).error == .invalidBulkLength)
        let first = "*3\r\n$10\r\n0123456789\r\n"
        #expect(ParsedRequests(first + "$3\r\n", limits: limits) == ParsedRequests(requests: [], rest: 25))
        #expect(ParsedRequests(first + "$4\r\n", limits: limits).error == .requestTooLong)
    }

    @Test func `limits out of range are brought into it`() {
        let limits = RESPLimits(maximumArguments: -1, maximumBulkLength: .max, maximumRequestLength: .max)
        #expect(limits.maximumArguments == 1)
        #expect(limits.maximumBulkLength == RESPLimits.ceiling)
        #expect(ParsedRequests("*1\r\n$1099511627776\r\n", limits: limits).error == .requestTooLong)
    }

    @Test func `the room of a huge request is given back`() {
        var stream: [UInt8] = []
        RESPRequest.encode([[UInt8]](repeating: [120], count: 5_000), into: &stream)
        var parser = RESPRequestParser(limits: RESPLimits())
        var request = RESPRequest()
        #expect(parser.parse(stream.span, from: 0, into: &request) == .complete(next: stream.count))
        #expect(request.arguments.count == 5_000)
        request.removeAll()
        #expect(request.arguments.capacity == 0)
    }

    @Test func `errors have the texts that clients of Redis know`() {
        #expect("\(RESPProtocolError.invalidMultibulkLength)" == "Protocol error: invalid multibulk length")
        #expect("\(RESPProtocolError.expectedBulk(got: 0x78))" == "Protocol error: expected '$', got 'x'")
        #expect("\(RESPProtocolError.expectedBulk(got: 7))" == "Protocol error: expected '$', got '\\x07'")
        #expect("\(RESPProtocolError.unbalancedQuotes)" == "Protocol error: unbalanced quotes in request")
    }
}
