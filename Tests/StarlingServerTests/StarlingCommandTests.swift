import DataModel
import Replication
import StarlingServer
import Testing

struct StarlingCommandTests {
    @Test func `siblings are listed with a token that replaces exactly them`() throws {
        let server = try TestServer()
        let client = server.connect()
        try server.makeConflict("k", "apple", "pear")
        let listed = client.call("STARLING SIBLINGS k")
        #expect(listed.contains("apple") && listed.contains("pear"))
        let lines = listed.split(separator: "\r\n").map(String.init)
        #expect(lines[0] == "*4" && lines[2] == "token")
        let token = lines[4]
        // Someone else writes meanwhile, not having seen the siblings.
        #expect(client.shown("STARLING SET k plum AFTER 00") == "+OK|")
        #expect(client.shown("STARLING SET k both AFTER \(token)") == "+OK|")
        let after = client.call("STARLING SIBLINGS k")
        #expect(after.contains("both") && after.contains("plum"))
        #expect(!after.contains("apple") && !after.contains("pear"))
    }

    @Test func `siblings of a key that is not there are none`() throws {
        let client = try TestServer().connect()
        #expect(client.shown("STARLING SIBLINGS none") == "*4|$5|token|$2|00|$8|siblings|*0|")
    }

    @Test func `conflicts are listed with what readers see and what they do not`() throws {
        let server = try TestServer()
        let client = server.connect()
        #expect(client.shown("STARLING CONFLICTS") == "*0|")
        try server.makeConflict("k", "apple", "pear")
        _ = client.call("SET other v")
        let seen = client.shown("GET k") == "$5|apple|" ? ("$5|apple|", "$4|pear|") : ("$4|pear|", "$5|apple|")
        #expect(
            client.shown("STARLING CONFLICTS COUNT 5")
                == "*1|*8|$3|key|$1|k|$8|siblings|:2|$5|value|\(seen.0)$6|losers|*1|\(seen.1)")
        #expect(client.shown("SET k plum") == "+OK|")
        #expect(client.shown("STARLING CONFLICTS") == "*0|")
        #expect(client.shown("STARLING CONFLICTS COUNT 0") == "-ERR syntax error|")
    }

    @Test func `a key whose resolver leaves the choice to the reader answers a conflict`() throws {
        let server = try TestServer { configuration, _ in configuration.resolvers.fallback = .keepAll }
        let client = server.connect()
        try server.makeConflict("k", "apple", "pear")
        let conflict = "-CONFLICT k has 2 siblings; read them with STARLING SIBLINGS k, settle with SET|"
        for request in [
            "GET k", "MGET x k", "STRLEN k", "APPEND k x", "INCR k", "GETDEL k", "EXPIRE k 5", "SET k v GET",
        ] {
            #expect(client.shown(request) == conflict, "\(request)")
        }
        #expect(client.shown("EXISTS k") == ":1|")
        #expect(client.shown("TYPE k") == "+string|")
        #expect(client.shown("SETNX k v") == ":0|")
        #expect(client.shown("STARLING CONFLICTS").contains("$5|value|$-1|"))
        let plain = server.connect(firstByte: "G")
        #expect(plain.line("GET k") == "ERR CONFLICT k has 2 siblings; settle them with SET\r\n")
        #expect(client.shown("SET k plum") == "+OK|")
        #expect(client.shown("GET k") == "$4|plum|")
    }

    @Test func `the digest changes with every write and is the same for the same state`() throws {
        let server = try TestServer()
        let client = server.connect()
        let empty = client.call("STARLING DIGEST")
        #expect(empty.hasPrefix("$32\r\n"))
        #expect(client.call("STARLING DIGEST") == empty)
        _ = client.call("SET k v")
        #expect(client.call("STARLING DIGEST") != empty)
    }

    @Test func `status and peers are maps in version 3`() throws {
        let client = try TestServer().connect()
        #expect(client.shown("STARLING STATUS").contains("$4|name|$2|n1|"))
        #expect(client.shown("STARLING PEERS").hasPrefix("*"))
        _ = client.call("HELLO 3")
        #expect(client.shown("STARLING STATUS").hasPrefix("%"))
        #expect(client.shown("STARLING HELP").hasPrefix("*"))
    }

    @Test(arguments: [
        ("STARLING", "-ERR wrong number of arguments for 'starling' command|"),
        ("STARLING FOO", "-ERR unknown subcommand 'FOO'. Try STARLING HELP.|"),
        ("STARLING SIBLINGS", "-ERR wrong number of arguments for 'starling|siblings' command|"),
        ("STARLING LINK CUT 127.0.0.1:9001", "-ERR faults are not allowed here; start the node with --allow-faults|"),
        ("STARLING LINK BEND 127.0.0.1:9001", "-ERR syntax error|"),
        ("STARLING SET k v AFTER xyz", "-ERR the token is not one that STARLING SIBLINGS gave|"),
        ("STARLING SET k v AFTER 0", "-ERR the token is not one that STARLING SIBLINGS gave|"),
        ("STARLING SET k v AFTER ffffffff", "-ERR the token is not one that STARLING SIBLINGS gave|"),
        ("STARLING SET k v BEFORE 00", "-ERR syntax error|"),
    ])
    func `wrong requests say what is wrong`(request: String, reply: String) throws {
        #expect(try TestServer().connect().shown(request) == reply)
    }

    @Test func `links are cut and healed where faults are allowed`() throws {
        let server = try TestServer { configuration, server in
            configuration.allowsFaults = true
            server.allowsFaults = true
        }
        let client = server.connect()
        #expect(client.shown("STARLING LINK CUT 127.0.0.1:9001") == "+OK|")
        #expect(client.shown("STARLING LINK HEAL 127.0.0.1:9001") == "+OK|")
        #expect(client.shown("STARLING LINK CUT nowhere") == "-ERR 'nowhere' is not an address; give it as host:port|")
    }
}
