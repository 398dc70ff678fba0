import StarlingServer
import Testing

@testable import Replication

struct PlaintextTests {
    @Test(arguments: [
        [("SET k v", "OK"), ("GET k", "VALUE v"), ("get k", "VALUE v"), ("DELETE k", "OK"), ("GET k", "NOT_FOUND")],
        [("DELETE k", "NOT_FOUND"), ("DEL k", "NOT_FOUND"), ("PING", "+PONG")],
        [("SET k two words  and more ", "OK"), ("GET k", "VALUE two words  and more ")],
        [("SET k  v", "OK"), ("GET k", "VALUE  v")],
        [("SET k ", "OK"), ("GET k", "VALUE ")],
        [("GTE k", "ERR unknown command \"GTE\" (GET SET DELETE PING HELP QUIT)")],
        [("GET", "ERR usage: GET key"), ("GET a b", "ERR usage: GET key"), ("SET k", "ERR usage: SET key value")],
        [
            ("SET", "ERR usage: SET key value"), ("SET  v", "ERR usage: SET key value"),
            ("DELETE", "ERR usage: DELETE key"),
        ],
        [("DELETE a b", "ERR usage: DELETE key"), ("QUIT", "OK")],
    ])
    func `lines are answered with lines`(steps: [(String, String)]) throws {
        let client = try TestServer().connect(firstByte: "G")
        for (line, reply) in steps {
            #expect(client.line(line) == reply + "\r\n", "\(line)")
        }
    }

    @Test func `a value with line ends is answered in base64`() throws {
        let server = try TestServer()
        let value = Array("a\nb".utf8)
        try server.replica.put(Array("k".utf8).span, value.span)
        #expect(server.connect(firstByte: "G").line("GET k") == "VALUE_BASE64 YQpi\r\n")
    }

    @Test func `a line that is too long is refused and ends the connection`() throws {
        let server = try TestServer { _, server in server.maximumLineLength = 100 }
        let whole = server.connect(firstByte: "S")
        #expect(whole.line("SET k \(String(repeating: "v", count: 94))") == "OK\r\n")
        #expect(whole.line("SET k \(String(repeating: "v", count: 95))") == "ERR line is longer than 100 bytes\r\n")
        #expect(whole.progress == .finished)
        let endless = server.connect(firstByte: "S")
        endless.send(Array("SET k v\n".utf8))
        _ = endless.takeAll()
        endless.send([UInt8](repeating: 0x61, count: 102))
        #expect(endless.takeAll() == "ERR line is longer than 100 bytes\r\n")
        #expect(endless.progress == .finished)
    }

    @Test func `a first line that never ends is refused`() throws {
        let server = try TestServer { _, server in server.maximumLineLength = 20_000 }
        let client = server.connect(firstByte: "a")
        client.send([UInt8](repeating: 0x61, count: 19_000))
        #expect(client.progress == .ready)
        client.send([UInt8](repeating: 0x61, count: 1_002))
        #expect(client.progress == .finished)
    }

    @Test func `help names the commands`() throws {
        let help = try TestServer().connect(firstByte: "H").line("HELP")
        for word in ["GET", "SET", "DELETE", "PING", "QUIT", "VALUE_BASE64"] { #expect(help.contains(word)) }
    }

    @Test func `empty lines are skipped, also before the first`() throws {
        let client = try TestServer().connect(firstByte: "\r\n")
        client.send(Array("\r\n\r\n\nPING\r\n\r\nPING\n".utf8))
        #expect(client.takeAll() == "+PONG\r\n+PONG\r\n")
    }

    @Test(arguments: ["$", "\u{0}", "-", "{", "1"])
    func `a first byte of no protocol is refused in one line`(byte: Character) throws {
        let client = try TestServer().connect(firstByte: byte)
        client.send([byte.asciiValue ?? 0, 10])
        #expect(client.takeAll().hasPrefix("ERR this port speaks "))
        #expect(client.progress == .finished)
    }
}
