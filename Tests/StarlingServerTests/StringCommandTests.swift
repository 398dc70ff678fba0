import DataModel
import RESP
import Replication
import StarlingServer
import Testing

struct StringCommandTests {
    /// Requests in order and their replies; `|` stands for a line end.
    @Test(arguments: [
        [("SET k v", "+OK|"), ("GET k", "$1|v|"), ("get k", "$1|v|"), ("GET none", "$-1|")],
        [("SET k v NX", "+OK|"), ("SET k w NX", "$-1|"), ("GET k", "$1|v|"), ("SET k w XX", "+OK|")],
        [("SET k v XX", "$-1|"), ("EXISTS k", ":0|")],
        [("SET k v GET", "$-1|"), ("SET k w GET", "$1|v|"), ("SET k x NX GET", "$1|w|"), ("GET k", "$1|w|")],
        [("SET k v XX GET", "$-1|"), ("GET k", "$-1|"), ("SET k v NX GET", "$-1|"), ("GET k", "$1|v|")],
        [("SET k v NX XX", "-ERR syntax error|"), ("SET k v BAD", "-ERR syntax error|")],
        [("SET k v EX", "-ERR syntax error|"), ("SET k v EX 1 PX 1", "-ERR syntax error|")],
        [("SET k v EX 1 KEEPTTL", "-ERR syntax error|"), ("SET k v KEEPTTL EX 1", "-ERR syntax error|")],
        [("SET k v EX x", "-ERR value is not an integer or out of range|")],
        [("SET k v EX 0", "-ERR invalid expire time in 'set' command|")],
        [("SET k v PX -5", "-ERR invalid expire time in 'set' command|")],
        [("SET k v EX 9223372036854775807", "-ERR invalid expire time in 'set' command|")],
        [("SET k v PX 9223372036854775807", "-ERR invalid expire time in 'set' command|")],
        [("SET k v EX 10", "+OK|"), ("TTL k", ":10|"), ("SET k w KEEPTTL", "+OK|"), ("TTL k", ":10|")],
        [("SET k v EX 10", "+OK|"), ("SET k w", "+OK|"), ("TTL k", ":-1|")],
        [("SET k v PXAT 1767225605000", "+OK|"), ("PTTL k", ":5000|"), ("PEXPIRETIME k", ":1767225605000|")],
        [("SET k v EXAT 1767225605", "+OK|"), ("TTL k", ":5|"), ("EXPIRETIME k", ":1767225605|")],
        [("SET k v EXAT 5", "+OK|"), ("GET k", "$-1|")],
        [("SETNX k v", ":1|"), ("SETNX k w", ":0|"), ("GET k", "$1|v|")],
        [("SETEX k 10 v", "+OK|"), ("TTL k", ":10|"), ("PSETEX k 1500 v", "+OK|"), ("PTTL k", ":1500|")],
        [("SETEX k 0 v", "-ERR invalid expire time in 'setex' command|")],
        [("PSETEX k 0 v", "-ERR invalid expire time in 'psetex' command|")],
        [("GETSET k v", "$-1|"), ("GETSET k w", "$1|v|"), ("GET k", "$1|w|")],
        [("GETDEL k", "$-1|"), ("SET k v", "+OK|"), ("GETDEL k", "$1|v|"), ("EXISTS k", ":0|")],
        [("SET k v", "+OK|"), ("GETEX k", "$1|v|"), ("GETEX k EX 7", "$1|v|"), ("TTL k", ":7|")],
        [("SET k v EX 7", "+OK|"), ("GETEX k PERSIST", "$1|v|"), ("TTL k", ":-1|"), ("GETEX none EX 7", "$-1|")],
        [("SET k v", "+OK|"), ("GETEX k EX", "-ERR syntax error|"), ("GETEX k PERSIST 1", "-ERR syntax error|")],
        [("MSET a 1 b 2", "+OK|"), ("MGET a none b", "*3|$1|1|$-1|$1|2|")],
        [("MSET a 1 b", "-ERR wrong number of arguments for 'mset' command|")],
        [("MSET a 1 a 2", "+OK|"), ("GET a", "$1|2|")],
        [("MSETNX a 1 b 2", ":1|"), ("MSETNX b 3 c 4", ":0|"), ("MGET a b c", "*3|$1|1|$1|2|$-1|")],
        [("STRLEN k", ":0|"), ("SET k hello", "+OK|"), ("STRLEN k", ":5|")],
        [("APPEND k ab", ":2|"), ("APPEND k cd", ":4|"), ("GET k", "$4|abcd|")],
        [("SET k v EX 9", "+OK|"), ("APPEND k w", ":2|"), ("TTL k", ":9|")],
        [("SET k v", "+OK|"), ("SET k ''", "+OK|"), ("GET k", "$0||"), ("STRLEN k", ":0|")],
    ])
    func `string commands answer as Redis does`(steps: [(String, String)]) throws {
        let client = try TestServer().connect()
        for (request, reply) in steps {
            #expect(client.shown(request) == reply, "\(request)")
        }
    }

    @Test(arguments: [
        ("0 -1", "hello"), ("1 3", "ell"), ("-3 -2", "ll"), ("0 100", "hello"), ("3 1", ""), ("-1 -3", ""),
        ("-100 1", "he"), ("5 9", ""), ("-100 -50", "h"), ("0 -9223372036854775808", "h"),
        ("9223372036854775807 9223372036854775807", ""), ("-9223372036854775808 9223372036854775807", "hello"),
    ])
    func `a range of a value is the one Redis gives`(range: String, part: String) throws {
        let client = try TestServer().connect()
        _ = client.call("SET k hello")
        #expect(client.call("GETRANGE k \(range)") == "$\(part.count)\r\n\(part)\r\n")
        #expect(client.call("GETRANGE none \(range)") == "$0\r\n\r\n")
    }

    @Test func `overwriting a range fills gaps with zeros`() throws {
        let client = try TestServer().connect()
        #expect(client.shown("SETRANGE k 3 ab") == ":5|")
        #expect(client.call("GET k") == "$5\r\n\0\0\0ab\r\n")
        #expect(client.shown("SETRANGE k 1 ''") == ":5|")
        #expect(client.shown("SETRANGE none 5 ''") == ":0|")
        #expect(client.shown("EXISTS none") == ":0|")
        #expect(client.shown("SETRANGE k -1 a") == "-ERR offset is out of range|")
        let tooLong = "-ERR string exceeds maximum allowed size (proto-max-bulk-len)|"
        #expect(client.shown("SETRANGE k 9223372036854775807 a") == tooLong)
        #expect(client.shown("SETRANGE k 536870912 a") == tooLong)
    }

    @Test(arguments: [
        [("INCR n", ":1|"), ("INCR n", ":2|"), ("DECR n", ":1|"), ("INCRBY n 10", ":11|"), ("DECRBY n 20", ":-9|")],
        [("SET n 9223372036854775807", "+OK|"), ("INCR n", "-ERR increment or decrement would overflow|")],
        [("SET n abc", "+OK|"), ("INCR n", "-ERR value is not an integer or out of range|")],
        [("SET n _1", "+OK|"), ("INCR n", "-ERR value is not an integer or out of range|")],
        [("INCRBY n 1.5", "-ERR value is not an integer or out of range|")],
        [("DECRBY n -9223372036854775808", "-ERR decrement would overflow|")],
        [("SET n 5 EX 100", "+OK|"), ("INCR n", ":6|"), ("TTL n", ":100|")],
    ])
    func `numbers count as in Redis`(steps: [(String, String)]) throws {
        let client = try TestServer().connect()
        for (request, reply) in steps {
            #expect(client.shown(request) == reply, "\(request)")
        }
    }

    @Test func `a counter that gets an expiry still counts increments made elsewhere`() throws {
        let server = try TestServer { configuration, _ in configuration.resolvers.fallback = .counter }
        let client = server.connect()
        #expect(client.shown("INCRBY n 5") == ":5|")
        #expect(client.shown("EXPIRE n 100") == ":1|")
        #expect(client.shown("GET n") == "$1|5|")
        #expect(client.shown("INCRBY n 2") == ":7|")
        #expect(client.shown("TTL n") == ":100|")
        #expect(client.shown("PERSIST n") == ":1|")
        #expect(client.shown("GET n") == "$1|7|")
    }

    @Test func `values that are too long are refused and change nothing`() throws {
        let server = try TestServer { _, server in server.requests = .init(maximumBulkLength: 32 * 1024 * 1024) }
        let client = server.connect()
        let key = String(repeating: "k", count: 64 * 1024 + 1)
        #expect(client.shown("SET \(key) v") == "-ERR key is 65537 bytes, the limit is 65536|")
        #expect(client.shown("DBSIZE") == ":0|")
    }
}
