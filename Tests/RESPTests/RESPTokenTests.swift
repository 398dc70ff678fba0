import RESP
import Testing

@Suite struct RESPTokenTests {
    private func token(_ text: String) -> RESPToken {
        RESPToken(of: Array(text.utf8).span)
    }

    @Test func `a word equals a literal of the same letters in any case`() {
        #expect(self.token("get") == "GET")
        #expect(self.token("GeT") == "GET")
        #expect(self.token("x") == "X")
        #expect(self.token("zRemRangeByScore") == "ZREMRANGEBYSCORE")
        #expect(self.token("no-evict") == "NO-EVICT")
        #expect(self.token("keepttl12") == "KEEPTTL12")
        #expect(self.token("") == "")
    }

    @Test func `other words differ`() {
        #expect(self.token("GET") != "SET")
        #expect(self.token("GET") != "GETDEL")
        #expect(self.token("GETDEL") != "GET")
        #expect(self.token("12345678") != "123456789")
        #expect(self.token("") != "GET")
    }

    @Test func `words too long and words with a zero byte equal no literal`() {
        #expect(self.token("ZREMRANGEBYSCORES") == .unknown)
        #expect(self.token(String(repeating: "a", count: 100_000)) == .unknown)
        #expect(self.token("GET\0") == .unknown)
        #expect(self.token("12345678\0") == .unknown)
        #expect(self.token("\0") != "")
    }

    @Test func `letters alone are folded, byte by byte`() {
        for byte in UInt8(1)...255 {
            for other in UInt8(1)...255 {
                let isSame = self.upper(byte) == self.upper(other)
                let left = RESPToken(of: [0x61, byte, 0xFF].span)
                let right = RESPToken(of: [0x41, other, 0xFF].span)
                if (left == right) != isSame {
                    Issue.record("\(byte) and \(other)")
                }
            }
        }
    }

    private func upper(_ byte: UInt8) -> UInt8 {
        (0x61...0x7A).contains(byte) ? byte - 0x20 : byte
    }

    @Test func `a token can be switched over`() {
        func number(_ token: RESPToken) -> Int {
            switch token {
            case "GET": 1
            case "SET": 2
            default: 0
            }
        }
        #expect(number(self.token("set")) == 2)
        #expect(number(self.token("sets")) == 0)
    }
}
