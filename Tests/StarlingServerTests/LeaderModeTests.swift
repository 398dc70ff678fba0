import Journal
import Leadership
import Replication
import Testing

/// A node that leads itself.
struct LeaderModeTests {
    @Test func `a node alone enters leader mode and leaves it for a client that asks`() throws {
        let server = try TestServer()
        let client = server.connect()
        client.send(TestClient.encode("STARLING MODE LEADER") + TestClient.encode("PING"))
        #expect(client.takeAll() == "")
        #expect(client.progress == .suspended)
        server.turn(1_000)
        client.serve()
        #expect(client.takeAll() == "+OK\r\n+PONG\r\n")
        #expect(client.call("STARLING MODE").contains("role\r\n$6\r\nleader\r\n"))
        client.send(TestClient.encode("STARLING MODE LEADERLESS"))
        server.turn(100)
        #expect(client.takeAll() == "+OK\r\n")
        #expect(server.replica.isLeaderless)
    }

    @Test func `entering twice and leaving without are refused with the reason`() throws {
        let server = try TestServer()
        let client = server.connect()
        #expect(client.shown("STARLING MODE LEADERLESS") == "-ERR this cluster is leaderless; there is no leader|")
        #expect(client.shown("STARLING STEPDOWN") == "-ERR this cluster is leaderless; there is no leader|")
        try server.lead()
        #expect(client.shown("STARLING MODE LEADER") == "-ERR this node is in leader mode already|")
        #expect(client.shown("STARLING STEPDOWN") == "-ERR there is no other voter|")
        #expect(client.shown("STARLING STEPDOWN nobody") == "-ERR 'nobody' is no member|")
        #expect(client.shown("STARLING MODE BOTH") == "-ERR syntax error|")
    }

    @Test func `a write is answered when it is decided, and read then`() throws {
        let server = try TestServer()
        try server.lead()
        let (client, reader) = (server.connect(), server.connect())
        client.send(TestClient.encode("SET k v"))
        #expect(client.takeSendable() == "")
        // What is read now is not what it will be: the reader waits.
        reader.send(TestClient.encode("GET k"))
        #expect(reader.progress == .blocked)
        server.turn(3)
        #expect(client.takeSendable() == "+OK\r\n")
        reader.serve()
        #expect(reader.takeSendable() == "$1\r\nv\r\n")
    }

    @Test(arguments: [
        "SETNX k 1", "INCR k", "APPEND k x", "DEL k", "EXPIRE k 100", "GETDEL k", "MSET a 1 b 2", "SET k v NX",
        "FLUSHALL", "MSETNX a 1 b 2", "GETEX k", "PERSIST k", "SETRANGE k 1 x",
    ])
    func `every write is served by a leader`(request: String) throws {
        let server = try TestServer()
        try server.lead()
        let client = server.connect()
        client.send(TestClient.encode(request))
        server.turn(5)
        client.serve()
        let reply = client.takeSendable()
        #expect(!reply.isEmpty && !reply.hasPrefix("-"))
    }

    @Test func `a transaction is decided as a whole`() throws {
        let server = try TestServer()
        try server.lead()
        let client = server.connect()
        for request in ["MULTI", "SET a 1", "INCR a", "GET a"] { _ = client.call(request) }
        client.send(TestClient.encode("EXEC"))
        #expect(client.takeSendable() == "")
        server.turn(3)
        #expect(client.takeSendable() == "*3\r\n+OK\r\n:2\r\n$1\r\n2\r\n")
        #expect(client.shown("GET a") == "$1|2|")
    }

    @Test func `a watched key that a write under way changes has nothing done`() throws {
        let server = try TestServer()
        try server.lead()
        let (client, other) = (server.connect(), server.connect())
        _ = client.call("WATCH a")
        other.send(TestClient.encode("SET a 1"))
        _ = client.call("MULTI")
        _ = client.call("SET b 1")
        client.send(TestClient.encode("EXEC"))
        #expect(client.progress == .blocked)
        server.turn(3)
        client.serve()
        #expect(client.takeAll() == "*-1\r\n")
    }

    @Test func `the parts are told in the words of Redis`() throws {
        let server = try TestServer()
        let client = server.connect()
        #expect(client.shown("ROLE").hasPrefix("*3|$6|master|:"))
        #expect(client.call("INFO replication").contains("role:master\r\nconnected_slaves:0\r\n"))
        #expect(client.call("INFO replication").contains("starling_mode:leaderless\r\n"))
        try server.lead()
        #expect(client.shown("ROLE").hasPrefix("*3|$6|master|:"))
        let report = client.call("INFO replication")
        #expect(report.contains("starling_mode:leader\r\nstarling_role:leader\r\nstarling_term:2\r\n"))
        #expect(report.contains("starling_leader:n1\r\n"))
    }

    @Test func `metrics and JSON tell of leader mode`() throws {
        let server = try TestServer()
        try server.lead()
        let client = server.connect(firstByte: "G")
        client.send(Array("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        let metrics = client.takeAll()
        #expect(metrics.contains("\nstarling_is_leader 1\n"))
        #expect(metrics.contains("\nstarling_has_leader 1\n"))
        #expect(metrics.contains("mode=\"leader\""))
        client.send(Array("GET /api/v1/topology HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        let topology = client.takeAll()
        #expect(topology.contains(#""mode":"leader","role":"leader","term":"#))
        #expect(topology.contains(#""members":[{"name":"n1""#))
        client.send(Array("GET /api/v1/mode HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        #expect(!client.takeAll().contains("members"))
    }

    @Test(arguments: [
        ("READ LOCAL", "+OK|"), ("READ DEFAULT", "+OK|"),
        ("READ", "-ERR wrong number of arguments for 'read' command|"),
        ("READ OLD", "-ERR syntax error|"), ("READONLY", "+OK|"), ("READWRITE", "+OK|"),
        ("CLIENT CAPA redirect", "+OK|"),
    ])
    func `a connection says how it reads`(request: String, reply: String) throws {
        #expect(try TestServer().connect().shown(request) == reply)
    }

    @Test func `plaintext is served by a leader`() throws {
        let server = try TestServer()
        try server.lead()
        let client = server.connect(firstByte: "S")
        client.send(Array("SET k v\nGET k\n".utf8))
        #expect(client.takeSendable() == "")
        server.turn(3)
        client.serve()
        #expect(client.takeSendable() == "OK\r\nVALUE v\r\n")
    }
}
