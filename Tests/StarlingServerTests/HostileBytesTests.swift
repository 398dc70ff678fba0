import Testing

@testable import Replication

struct HostileBytesTests {
    /// Numbers that jump about, the same for a seed every time (splitmix64).
    private struct Numbers {
        var state: UInt64

        mutating func next(below bound: Int) -> Int {
            self.state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = self.state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
        }
    }

    @Test(arguments: 1...20)
    func `random bytes on any face never do harm`(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let server = try TestServer()
        for _ in 0..<30 {
            let first = Array("*GSaH\r${".utf8)[numbers.next(below: 8)]
            let client = server.connect(firstByte: Character(Unicode.Scalar(first)))
            var bytes: [UInt8] = [first]
            for _ in 0..<numbers.next(below: 300) {
                let common = Array("*$\r\n0123 GETHTTP/1.1:-".utf8)
                bytes.append(
                    numbers.next(below: 3) == 0
                        ? UInt8(numbers.next(below: 256)) : common[numbers.next(below: common.count)])
            }
            client.send(bytes)
            _ = client.takeAll()
            client.close()
        }
        #expect(server.connect().shown("PING") == "+PONG|")
    }

    @Test(arguments: 1...20)
    func `commands with random arguments answer or are refused`(seed: UInt64) throws {
        var numbers = Numbers(state: seed)
        let server = try TestServer()
        var client = server.connect()
        let names = client.call("COMMAND LIST").split(separator: "\r\n").filter {
            !$0.hasPrefix("$") && !$0.hasPrefix("*")
        }
        let words = [
            "k", "a", "-1", "0", "9223372036854775807", "-9223372036854775808", "''", "EX", "NX", "GET", "COUNT",
            "MATCH", "*", "[", "\\", "SIBLINGS", "LIST", "ID", "KILL", "DOCS", "INFO", "1.5", "18446744073709551616",
            "AFTER", "00", "AUTH", "SETNAME", "USAGE", "TYPE", "SKIPME", "ADDR", "REPLY", "OFF", "SKIP", "CONFLICTS",
        ]
        for _ in 0..<200 {
            var request = String(names[numbers.next(below: names.count)])
            for _ in 0..<numbers.next(below: 6) { request += " " + words[numbers.next(below: words.count)] }
            client.send(TestClient.encode(request))
            _ = client.takeAll()
            if client.progress != .ready {
                client.close()
                client = server.connect()
            }
            server.sync()
        }
        let last = server.connect()
        #expect(last.shown("PING") == "+PONG|")
    }

    @Test func `a huge declared length costs no memory`() throws {
        let server = try TestServer()
        for bytes in ["*1048577\r\n", "*2\r\n$99999999999\r\n", "*1\r\n$-1\r\n", "*99999999999999999999\r\n"] {
            let client = server.connect()
            client.send(Array(bytes.utf8))
            #expect(client.takeAll().hasPrefix("-ERR Protocol error: "), "\(bytes)")
            #expect(client.progress == .finished)
        }
    }
}
