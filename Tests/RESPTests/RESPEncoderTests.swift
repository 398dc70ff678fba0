import RESP
import Testing

@Suite struct RESPEncoderTests {
    private func bytes(_ version: RESPVersion, _ body: (RESPEncoder, inout [UInt8]) -> Void) -> String {
        var output: [UInt8] = []
        body(RESPEncoder(version: version), &output)
        return String(decoding: output, as: UTF8.self)
    }

    private func value(_ version: RESPVersion, _ body: (RESPEncoder, inout [UInt8]) -> Void) -> RESPValue? {
        var output: [UInt8] = []
        body(RESPEncoder(version: version), &output)
        var parser = RESPReplyParser()
        guard case .complete(let value, let next) = parser.parse(output.span, from: 0), next == output.count else {
            return nil
        }
        return value
    }

    @Test(arguments: [RESPVersion.two, .three])
    func `what both versions have reads back as it was written`(version: RESPVersion) {
        #expect(self.value(version) { $0.appendSimpleString("OK", to: &$1) } == .simpleString("OK"))
        #expect(self.value(version) { $0.appendError("ERR no", to: &$1) } == .error("ERR no"))
        for number in [0, 9, 10, -1, Int64.max, .min] {
            #expect(self.value(version) { $0.appendInteger(number, to: &$1) } == .integer(number))
        }
        let content: [UInt8] = [0, 13, 10, 255]
        #expect(self.value(version) { $0.appendBulk(content, to: &$1) } == .bulkString(content))
        #expect(self.value(version) { $0.appendBulk(content.span, to: &$1) } == .bulkString(content))
        #expect(self.value(version) { $0.appendBulk("€", to: &$1) } == .bulkString(Array("€".utf8)))
        #expect(self.value(version) { $0.appendNull(to: &$1) } == .null)
        #expect(self.value(version) { $0.appendNullArray(to: &$1) } == .null)
        let array = self.value(version) { encoder, output in
            encoder.appendArrayHeader(count: 2, to: &output)
            encoder.appendBulkHeader(length: 2, to: &output)
            output.append(contentsOf: [1, 2])
            RESPEncoder.appendLineEnd(to: &output)
            encoder.appendArrayHeader(count: 0, to: &output)
        }
        #expect(array == .array([.bulkString([1, 2]), .array([])]))
    }

    @Test func `version 3 has its own types`() {
        let map = self.value(.three) { encoder, output in
            encoder.appendMapHeader(count: 1, to: &output)
            encoder.appendBulk("k", to: &output)
            encoder.appendBoolean(true, to: &output)
        }
        #expect(map == .map([RESPMapEntry(key: .bulkString([107]), value: .boolean(true))]))
        #expect(self.value(.three) { $0.appendSetHeader(count: 0, to: &$1) } == .set([]))
        #expect(self.value(.three) { $0.appendPushHeader(count: 0, to: &$1) } == .push([]))
        #expect(self.value(.three) { $0.appendBigNumber("-12", to: &$1) } == .bigNumber("-12"))
        let text = self.value(.three) { $0.appendVerbatimText("a\r\nb", to: &$1) }
        #expect(text == .verbatimString(format: "txt", text: Array("a\r\nb".utf8)))
        for number in [0.0, 1.5, -1e300, 1e16, .infinity, -.infinity, .leastNonzeroMagnitude] {
            #expect(self.value(.three) { $0.appendDouble(number, to: &$1) } == .double(number))
        }
        #expect(self.bytes(.three) { $0.appendDouble(.nan, to: &$1) } == ",nan\r\n")
        #expect(self.bytes(.three) { $0.appendDouble(3, to: &$1) } == ",3\r\n")
        #expect(self.bytes(.three) { $0.appendNull(to: &$1) } == "_\r\n")
    }

    @Test func `version 2 gets what its clients know instead`() {
        let map = self.value(.two) { encoder, output in
            encoder.appendMapHeader(count: 1, to: &output)
            encoder.appendBulk("k", to: &output)
            encoder.appendBoolean(true, to: &output)
        }
        #expect(map == .array([.bulkString([107]), .integer(1)]))
        #expect(self.bytes(.two) { $0.appendSetHeader(count: 3, to: &$1) } == "*3\r\n")
        #expect(self.bytes(.two) { $0.appendPushHeader(count: 3, to: &$1) } == "*3\r\n")
        #expect(self.bytes(.two) { $0.appendBoolean(false, to: &$1) } == ":0\r\n")
        #expect(self.bytes(.two) { $0.appendDouble(1.5, to: &$1) } == "$3\r\n1.5\r\n")
        #expect(self.bytes(.two) { $0.appendBigNumber("12", to: &$1) } == "$2\r\n12\r\n")
        #expect(self.bytes(.two) { $0.appendVerbatimText("ab", to: &$1) } == "$2\r\nab\r\n")
        #expect(self.bytes(.two) { $0.appendNull(to: &$1) } == "$-1\r\n")
        #expect(self.bytes(.two) { $0.appendNullArray(to: &$1) } == "*-1\r\n")
    }

    @Test func `a client's bytes in an error cannot make a reply of their own`() {
        let text = self.bytes(.two) { $0.appendError("ERR unknown command 'a\r\n+OK\r\n'", to: &$1) }
        #expect(text == "-ERR unknown command 'a  +OK  '\r\n")
        #expect(self.bytes(.three) { $0.appendSimpleString("\n", to: &$1) } == "+ \r\n")
    }

    @Test func `a request is written as clients write it`() {
        var output: [UInt8] = []
        RESPRequest.encode([Array("GET".utf8), []], into: &output)
        #expect(String(decoding: output, as: UTF8.self) == "*2\r\n$3\r\nGET\r\n$0\r\n\r\n")
    }
}
