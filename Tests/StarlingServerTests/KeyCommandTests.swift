import Journal
import Replication
import Testing

struct KeyCommandTests {
    @Test(arguments: [
        [("MSET a 1 b 2 c 3", "+OK|"), ("DEL a", ":1|"), ("DEL a", ":0|"), ("DEL b c b x", ":2|"), ("DBSIZE", ":0|")],
        [("SET a 1", "+OK|"), ("EXISTS a a x", ":2|"), ("TOUCH a x", ":1|"), ("UNLINK a x", ":1|")],
        [("SET a 1", "+OK|"), ("TYPE a", "+string|"), ("TYPE x", "+none|")],
        [("SET a 1", "+OK|"), ("OBJECT ENCODING a", "$3|int|"), ("OBJECT REFCOUNT a", ":1|")],
        [("SET a x", "+OK|"), ("OBJECT ENCODING a", "$6|embstr|"), ("OBJECT ENCODING b", "$-1|")],
        [("OBJECT FREQ a", "-ERR unknown subcommand 'FREQ'. Try OBJECT HELP.|")],
        [("TTL a", ":-2|"), ("PTTL a", ":-2|"), ("EXPIRETIME a", ":-2|"), ("PERSIST a", ":0|"), ("EXPIRE a 5", ":0|")],
        [("SET a 1", "+OK|"), ("EXPIRE a 100", ":1|"), ("TTL a", ":100|"), ("PERSIST a", ":1|"), ("TTL a", ":-1|")],
        [("SET a 1", "+OK|"), ("PEXPIRE a 1500", ":1|"), ("PTTL a", ":1500|"), ("TTL a", ":2|"), ("GET a", "$1|1|")],
        [("SET a 1", "+OK|"), ("EXPIREAT a 1767225700", ":1|"), ("TTL a", ":100|")],
        [("SET a 1", "+OK|"), ("PEXPIREAT a 1767225700000", ":1|"), ("PEXPIRETIME a", ":1767225700000|")],
        [("SET a 1", "+OK|"), ("EXPIRE a 0", ":1|"), ("EXISTS a", ":0|")],
        [("SET a 1", "+OK|"), ("EXPIRE a -1", ":1|"), ("GET a", "$-1|")],
        [("SET a 1", "+OK|"), ("EXPIRE a 9223372036854775807", "-ERR invalid expire time in 'expire' command|")],
        [("SET a 1", "+OK|"), ("PEXPIRE a 9223372036854775807", "-ERR invalid expire time in 'pexpire' command|")],
        [("SET a 1", "+OK|"), ("EXPIRE a x", "-ERR value is not an integer or out of range|")],
        [("SET a 1", "+OK|"), ("EXPIRE a 5 XX", ":0|"), ("EXPIRE a 5 NX", ":1|"), ("EXPIRE a 9 NX", ":0|")],
        [("SET a 1", "+OK|"), ("EXPIRE a 5 GT", ":0|"), ("EXPIRE a 5 LT", ":1|"), ("EXPIRE a 9 GT", ":1|")],
        [("SET a 1 EX 5", "+OK|"), ("EXPIRE a 9 LT", ":0|"), ("EXPIRE a 3 GT", ":0|"), ("TTL a", ":5|")],
        [("EXPIRE a 5 BAD", "-ERR Unsupported option BAD|")],
        [("EXPIRE a 5 NX GT", "-ERR NX and XX, GT or LT options at the same time are not compatible|")],
        [("EXPIRE a 5 GT LT", "-ERR GT and LT options at the same time are not compatible|")],
        [
            ("KEYS *", "*0|"), ("MSET ab 1 ac 2 b 3", "+OK|"), ("KEYS *", "*3|$2|ab|$2|ac|$1|b|"),
            ("KEYS a?", "*2|$2|ab|$2|ac|"),
        ],
        [
            ("MSET ab 1 ac 2 b 3", "+OK|"), ("KEYS a[a-b]", "*1|$2|ab|"), ("KEYS a[^b]", "*1|$2|ac|"),
            ("KEYS *b*", "*2|$2|ab|$1|b|"),
        ],
        [("RANDOMKEY", "$-1|"), ("SET a 1", "+OK|"), ("RANDOMKEY", "$1|a|")],
        [
            ("SCAN 0", "*2|$1|0|*0|"), ("SET a 1", "+OK|"), ("SCAN 0", "*2|$1|0|*1|$1|a|"),
            ("SCAN 0 TYPE hash", "*2|$1|0|*0|"),
        ],
        [
            ("SCAN x", "-ERR invalid cursor|"), ("SCAN 0 COUNT 0", "-ERR syntax error|"),
            ("SCAN 0 COUNT", "-ERR syntax error|"),
        ],
        [
            ("SCAN 0 COUNT x", "-ERR value is not an integer or out of range|"),
            ("SCAN 18446744073709551615", "*2|$1|0|*0|"),
        ],
        [("MSET a 1 b 2", "+OK|"), ("FLUSHALL", "+OK|"), ("DBSIZE", ":0|"), ("FLUSHDB ASYNC", "+OK|")],
        [("FLUSHALL NOW", "-ERR syntax error|")],
        [
            ("MEMORY USAGE a", "$-1|"), ("SET a 1", "+OK|"), ("MEMORY USAGE a", ":97|"),
            ("MEMORY USAGE a SAMPLES 5", ":97|"),
        ],
    ])
    func `key commands answer as Redis does`(steps: [(String, String)]) throws {
        let client = try TestServer().connect()
        for (request, reply) in steps {
            #expect(client.shown(request) == reply, "\(request)")
        }
    }

    @Test func `a key ends when its time has come`() throws {
        let server = try TestServer()
        let client = server.connect()
        _ = client.call("SET k v PX 1000")
        server.advance(milliseconds: 600)
        #expect(client.shown("PTTL k") == ":400|")
        #expect(client.shown("TTL k") == ":0|")
        server.advance(milliseconds: 400)
        #expect(client.shown("GET k") == "$-1|")
        #expect(client.shown("TTL k") == ":-2|")
        #expect(client.shown("KEYS *") == "*0|")
        #expect(client.shown("SET k w NX") == "+OK|")
        #expect(client.shown("TTL k") == ":-1|")
    }

    @Test(arguments: [1, 2, 7, 10, 1_000])
    func `a scan meets every key that is there all the time`(count: Int) throws {
        let server = try TestServer()
        let client = server.connect()
        for index in 0..<50 { _ = client.call("SET stay:\(index) v") }
        for index in 0..<50 { _ = client.call("SET go:\(index) v") }
        var seen: Set<String> = []
        var cursor = "0"
        var steps = 0
        repeat {
            let lines = client.call("SCAN \(cursor) COUNT \(count)").split(separator: "\r\n").map(String.init)
            cursor = lines[2]
            seen.formUnion(lines.filter { $0.hasPrefix("stay:") })
            // Others come and go meanwhile.
            if steps < 50 { _ = client.call("DEL go:\(steps)") }
            _ = client.call("SET new:\(steps % 5) v")
            steps += 1
        } while cursor != "0" && steps < 1_000
        #expect(seen.count == 50)
        #expect(cursor == "0")
    }

    @Test func `a scan with a pattern gives the keys that match`() throws {
        let client = try TestServer().connect()
        _ = client.call("MSET user:1 a user:2 b other c")
        let reply = client.call("SCAN 0 MATCH user:* COUNT 100")
        #expect(reply.contains("user:1") && reply.contains("user:2") && !reply.contains("other"))
    }

    @Test func `deleting several keys is one atomic batch`() throws {
        let server = try TestServer()
        let client = server.connect()
        _ = client.call("MSET a 1 b 2")
        let before = server.replica.journal.ownSequence
        #expect(client.shown("DEL a b") == ":2|")
        #expect(server.replica.journal.ownSequence == before + 2)
    }

    @Test func `flushing a large store deletes it in several batches`() throws {
        let server = try TestServer()
        let client = server.connect()
        for index in 0..<2_500 {
            _ = client.call("SET key:\(index) v")
            if client.progress == .blocked || index % 400 == 0 {
                server.sync()
                client.serve()
            }
        }
        client.send(TestClient.encode("FLUSHALL"))
        var turns = 0
        while client.progress == .blocked, turns < 100 {
            server.sync()
            client.serve()
            turns += 1
        }
        server.sync()
        #expect(client.takeAll().hasSuffix("+OK\r\n"))
        #expect(client.shown("DBSIZE") == ":0|")
    }
}
