import Simulation
import Testing

/// What clients are told by a node whose log was damaged, as long as it is not healed.
struct HealingReplyTests {
    /// A server that has just found its log damaged.
    private static func server() throws -> TestServer {
        let before = try TestServer()
        let client = before.connect()
        for number in 0..<20 {
            #expect(client.call("SET key\(number) value") == "+OK\r\n")
            // What comes later proves that what was before had been synced.
            if number % 5 == 4 { before.sync() }
        }
        before.disk.killProcess()
        before.disk.flipBit("/data/log/00000001.seg", at: 300, bit: 3)
        return try TestServer(disk: before.disk, healsDamage: true)
    }

    @Test func `requests for the store are told to come back, and questions about the node are answered`() throws {
        let client = try Self.server().connect()
        for request in [
            "GET key1", "SET key1 new", "DEL key1", "KEYS *", "SCAN 0", "DBSIZE", "PING", "FLUSHALL",
            "STARLING SIBLINGS key1", "STARLING BACKUP OPEN", "STARLING DIGEST", "STARLING CONFLICTS",
        ] {
            #expect(client.call(request).hasPrefix("-LOADING "), "\(request)")
        }
        #expect(client.call("INFO").contains("loading:1"))
        #expect(client.call("HELLO 2").contains("starling"))
        #expect(client.call("CLIENT ID").hasPrefix(":"))
        #expect(client.call("STARLING STATUS").contains("damage"))
        #expect(client.call("STARLING PEERS").hasPrefix("*"))
    }

    @Test func `a transaction that is begun meanwhile is not made`() throws {
        let client = try Self.server().connect()
        #expect(client.call("MULTI") == "+OK\r\n")
        #expect(client.call("SET key1 new").hasPrefix("-LOADING "))
        #expect(client.call("EXEC").hasPrefix("-EXECABORT "))
    }

    @Test func `the other faces say it in their words`() throws {
        let server = try Self.server()
        let text = server.connect(firstByte: "G")
        for line in ["GET key1", "SET key1 new", "DELETE key1", "PING"] {
            #expect(text.line(line).hasPrefix("ERR LOADING "), "\(line)")
        }
        let http = server.connect(firstByte: "G")
        #expect(http.line("GET /livez HTTP/1.1\r\nHost: localhost\r\n").hasPrefix("HTTP/1.1 200"))
        let readiness = http.line("GET /readyz?verbose HTTP/1.1\r\nHost: localhost\r\n")
        #expect(readiness.hasPrefix("HTTP/1.1 503") && readiness.contains("the log was damaged"))
    }
}
