import Testing

@testable import StarlingServer

struct TextFormTests {
    @Test(arguments: [
        ("*", "", true), ("*", "anything", true), ("", "", true), ("", "a", false), ("a", "a", true),
        ("a", "ab", false),
        ("a?c", "abc", true), ("a?c", "ac", false), ("a*c", "ac", true), ("a*c", "abbbc", true), ("a*c", "abbb", false),
        ("a**c", "abc", true), ("*a*b*", "xxaxxbxx", true), ("*a*b*", "xxbxxaxx", false), ("[abc]", "b", true),
        ("[a-c]x", "bx", true), ("[^a-c]", "d", true), ("[^a-c]", "b", false), ("[c-a]", "b", true), ("\\*", "*", true),
        ("\\*", "a", false), ("[\\]]", "]", true), ("[", "a", false), ("[a", "a", true), ("a\\", "a\\", true),
        ("[a-]", "-", true),
        ("h[ae]llo*", "hallo world", true), ("*x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaax", true),
    ])
    func `a pattern matches what Redis would match`(pattern: String, text: String, isMatch: Bool) {
        let bytes = Array(text.utf8)
        let found = GlobPattern(Array(pattern.utf8)).matches(bytes.span)
        #expect(found == isMatch)
    }

    @Test func `a pattern full of stars is judged quickly`() {
        let text = [UInt8](repeating: 0x61, count: 20_000)
        let pattern = Array(String(repeating: "a*", count: 50).utf8) + [0x62]
        let found = GlobPattern(pattern).matches(text.span)
        #expect(!found)
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `base64 is that of RFC 4648`(text: String, form: String) {
        var output: [UInt8] = []
        Base64.append(Array(text.utf8), to: &output)
        #expect(String(decoding: output, as: UTF8.self) == form)
    }

    @Test(arguments: [
        ("localhost", true), ("LOCALHOST:9000", true), ("a.localhost", true), ("127.0.0.1", true),
        ("255.1.2.3:1", true),
        ("256.1.2.3", false), ("1.2.3", false), ("1.2.3.4.5", false), ("[::1]", true), ("[fe80::1]:80", true),
        ("[::1", false),
        ("[::1]x", false), ("example.com", false), ("", false), (":80", false), ("1.2.3.4:", true),
        ("1.2.3.4:x", false),
        ("01.2.3.4", true), ("1..2.3", false), ("localhost.", false), ("[evil.example]", false),
    ])
    func `hosts are numbers or this machine`(host: String, isAllowed: Bool) {
        #expect(HostRule.allows(host) == isAllowed)
    }

    private static func decode(_ digits: String) -> [UInt8]? {
        let bytes = Array(digits.utf8)
        return Hexadecimal.decode(bytes.span)
    }

    @Test func `hexadecimal digits are read as they were written`() {
        let bytes: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF]
        let digits = Hexadecimal.encode(bytes)
        #expect(digits == "00017f80ff")
        #expect(Self.decode(digits) == bytes)
        #expect(Self.decode(digits.uppercased()) == bytes)
        #expect(Self.decode("0") == nil)
        #expect(Self.decode("0g") == nil)
    }

    @Test func `JSON text is escaped and has its commas`() {
        var json = JSONText()
        json.object { json in
            json.member("a", "x\"\\\n\u{1}é")
            json.member("b") { json in
                json.array { json in
                    json.element("1")
                    json.element { json in json.object { json in json.member("c", true) } }
                    json.element { json in json.array { _ in } }
                }
            }
            json.nullMember("d")
            json.member("e", 5)
        }
        #expect(json.text == #"{"a":"x\"\\\n\u0001é","b":["1",{"c":true},[]],"d":null,"e":5}"#)
    }

    @Test(arguments: [
        ("GET / HTTP/1.1", true), ("POST /x HTTP/1.0\r", true), ("OPTIONS * HTTP/1.1", true), ("GET k", false),
        ("SET k HTTP/1.1", false), ("SET / HTTP/1.1", false), ("DELETE / HTTP/1.1", true), ("get / HTTP/1.1", false),
        ("GET  HTTP/1.1", false),
        ("GET / HTTP/1.1x", false), ("", false), ("GET / HTTX/1.1", false),
    ])
    func `request lines of HTTP are told from other lines`(line: String, isRequest: Bool) {
        let bytes = Array(line.utf8)
        let found = HTTPRequest.isRequestLine(bytes.span)
        #expect(found == isRequest)
    }
}
