import Causality
import Journal
import Replication
import Testing

struct TransactionTests {
    private static let aborted = "-EXECABORT Transaction discarded because of previous errors.|"

    @Test(arguments: [
        [
            ("MULTI", "+OK|"), ("SET a 1", "+QUEUED|"), ("INCR a", "+QUEUED|"), ("GET a", "+QUEUED|"),
            ("EXEC", "*3|+OK|:2|$1|2|"), ("GET a", "$1|2|"),
        ],
        [
            ("EXEC", "-ERR EXEC without MULTI|"), ("DISCARD", "-ERR DISCARD without MULTI|"), ("MULTI", "+OK|"),
            ("MULTI", "-ERR MULTI calls can not be nested|"), ("SET a 1", "+QUEUED|"), ("DISCARD", "+OK|"),
            ("GET a", "$-1|"),
        ],
        [
            ("MULTI", "+OK|"), ("NOPE x", "-ERR unknown command 'NOPE', with args beginning with: 'x' |"),
            ("SET a 1", "+QUEUED|"), ("EXEC", aborted), ("GET a", "$-1|"), ("EXEC", "-ERR EXEC without MULTI|"),
        ],
        [("MULTI", "+OK|"), ("GET", "-ERR wrong number of arguments for 'get' command|"), ("EXEC", aborted)],
        [
            ("SET a x", "+OK|"), ("MULTI", "+OK|"), ("INCR a", "+QUEUED|"), ("SET b 1", "+QUEUED|"),
            ("EXEC", "*2|-ERR value is not an integer or out of range|+OK|"), ("GET b", "$1|1|"),
        ],
        [("MULTI", "+OK|"), ("KEYS *", "-ERR keys is not allowed in a transaction|"), ("EXEC", aborted)],
        [("MULTI", "+OK|"), ("WAIT 1 1", "-ERR wait is not allowed in a transaction|"), ("EXEC", aborted)],
        [
            ("WATCH a", "+OK|"), ("MULTI", "+OK|"), ("WATCH a", "-ERR WATCH inside MULTI is not allowed|"),
            ("UNWATCH", "+QUEUED|"), ("EXEC", "*1|+OK|"),
        ],
        [
            ("WATCH a", "+OK|"), ("SET a 1", "+OK|"), ("MULTI", "+OK|"), ("GET a", "+QUEUED|"), ("EXEC", "*-1|"),
            ("MULTI", "+OK|"), ("GET a", "+QUEUED|"), ("EXEC", "*1|$1|1|"),
        ],
        [
            ("WATCH a", "+OK|"), ("SET a 1", "+OK|"), ("UNWATCH", "+OK|"), ("MULTI", "+OK|"), ("EXEC", "*0|"),
        ],
        [
            ("WATCH a", "+OK|"), ("NOPE", "-ERR unknown command 'NOPE', with args beginning with: |"),
            ("MULTI", "+OK|"), ("EXEC", "*0|"),
        ],
        [
            ("MSET a 1 b 2", "+OK|"), ("MULTI", "+OK|"), ("DEL a b", "+QUEUED|"), ("EXISTS a b", "+QUEUED|"),
            ("SETNX a 3", "+QUEUED|"), ("TTL a", "+QUEUED|"), ("EXPIRE a 100", "+QUEUED|"), ("TTL a", "+QUEUED|"),
            ("PERSIST a", "+QUEUED|"), ("EXEC", "*7|:2|:0|:1|:-1|:1|:100|:1|"), ("TTL a", ":-1|"),
        ],
        [
            ("MULTI", "+OK|"), ("MSET a 1 a 2 b 3", "+QUEUED|"), ("GETSET a 9", "+QUEUED|"), ("APPEND a 1", "+QUEUED|"),
            ("STRLEN a", "+QUEUED|"), ("GETDEL b", "+QUEUED|"), ("GET b", "+QUEUED|"), ("MGET a b", "+QUEUED|"),
            ("EXEC", "*7|+OK|$1|2|:2|:2|$1|3|$-1|*2|$2|91|$-1|"),
        ],
        [
            ("MULTI", "+OK|"), ("SET a 1", "+QUEUED|"), ("RESET", "+RESET|"), ("EXEC", "-ERR EXEC without MULTI|"),
            ("GET a", "$-1|"),
        ],
    ])
    func `transactions answer as Redis does`(steps: [(String, String)]) throws {
        let client = try TestServer().connect()
        for (request, reply) in steps {
            #expect(client.shown(request) == reply, "\(request)")
        }
    }

    @Test func `a key that someone else has written meanwhile has nothing done`() throws {
        let server = try TestServer()
        let (client, other) = (server.connect(), server.connect())
        _ = client.call("SET a 1")
        for (write, isSeen) in [
            ("SET a 1", true), ("SET b 1", false), ("DEL a", true), ("DEL none", false), ("EXPIRE b 5", false),
            ("INCR a", true), ("GET a", false),
        ] {
            _ = client.call("WATCH a none")
            _ = other.call(write)
            _ = client.call("MULTI")
            _ = client.call("SET done yes")
            #expect(client.shown("EXEC") == (isSeen ? "*-1|" : "*1|+OK|"), "\(write)")
        }
    }

    @Test func `a watched key that expires has nothing done`() throws {
        let server = try TestServer()
        let client = server.connect()
        _ = client.call("SET a 1 PX 50")
        _ = client.call("WATCH a")
        _ = client.call("MULTI")
        _ = client.call("SET b 1")
        server.advance(milliseconds: 60)
        #expect(client.shown("EXEC") == "*-1|")
        #expect(client.shown("GET b") == "$-1|")
    }

    @Test func `what a transaction writes is one batch`() throws {
        let server = try TestServer()
        let client = server.connect()
        for request in ["MULTI", "SET a 1", "SET b 2", "DEL a", "SET c 3", "EXEC"] { _ = client.call(request) }
        let peer = server.replica.journal.identity.peer
        let flags = [2, 3, 4].map {
            server.replica.journal.index.find(Dot(peer: peer, sequence: $0))?.record.continuesBatch
        }
        #expect(flags == [true, true, false])
        #expect(server.replica.journal.ownSequence == 4)
    }

    @Test func `the replies leave when all is durable, and nothing is there after a crash before`() throws {
        let server = try TestServer()
        let client = server.connect()
        for request in ["MULTI", "SET a 1", "SET b 2"] { _ = client.call(request) }
        server.sync()
        client.send(TestClient.encode("EXEC"))
        #expect(client.takeSendable() == "")
        server.sync()
        #expect(client.takeSendable() == "*2\r\n+OK\r\n+OK\r\n")
    }

    @Test func `a transaction that finds no room is made once, later`() throws {
        let server = try TestServer(segmentLength: 8 * 1024)
        let client = server.connect()
        let value = String(repeating: "x", count: 900)
        for number in 0..<40 {
            for request in ["MULTI", "INCR n", "SET a\(number) \(value)", "SET b\(number) \(value)", "EXEC"] {
                client.send(TestClient.encode(request))
            }
            server.sync()
            client.serve()
        }
        for _ in 0..<200 {
            server.sync()
            client.serve()
        }
        let replies = client.takeSendable()
        #expect(replies.contains(":40\r\n+OK\r\n+OK\r\n"))
        #expect(!replies.contains("-"))
        #expect(client.shown("GET n") == "$2|40|")
    }

    @Test func `a transaction is bounded`() throws {
        let client = try TestServer(segmentLength: 1024 * 1024).connect()
        _ = client.call("MULTI")
        let value = String(repeating: "x", count: 900_000)
        var reply = ""
        for number in 0..<40 where !reply.hasPrefix("-") { reply = client.call("SET k\(number) \(value)") }
        #expect(reply == "-ERR the transaction is larger than a batch may be; send it in parts\r\n")
        #expect(client.shown("EXEC") == Self.aborted)
        #expect(client.shown("DBSIZE") == ":0|")
    }

    @Test func `a client's line tells what it has queued and watches`() throws {
        let client = try TestServer().connect()
        for request in ["WATCH a b", "MULTI", "GET a"] { _ = client.call(request) }
        let other = client.call("DISCARD")
        #expect(other == "+OK\r\n")
        _ = client.call("WATCH a b")
        #expect(client.call("CLIENT LIST").contains("multi=-1 watch=2"))
    }
}
