import DataModel
import Journal
import Simulation
import Testing

@testable import Replication

struct DurabilityTests {
    @Test(arguments: [
        "SET k v", "SET k v NX", "SETNX k v", "MSET a 1 b 2", "INCR n", "APPEND k v", "SETRANGE k 0 v", "DEL there",
        "DEL there here", "GETDEL there", "EXPIRE there 5", "PERSIST limited", "GETSET there v", "SETEX k 5 v",
        "FLUSHALL", "STARLING SET k v AFTER 00", "GETEX there EX 5",
    ])
    func `a write is answered when it is durable and not before`(request: String) throws {
        let server = try TestServer()
        let client = server.connect()
        _ = client.call("MSET there 1 here 2")
        _ = client.call("SET limited 1 EX 100")
        server.sync()
        client.send(TestClient.encode(request))
        #expect(client.connection.output.unsentLength > 0)
        #expect(client.takeSendable() == "")
        server.sync()
        #expect(client.takeSendable() != "")
        #expect(client.connection.output.isEmpty)
    }

    @Test(arguments: [
        "GET new", "MGET new", "EXISTS new", "STRLEN new", "TTL new", "TYPE new", "KEYS *", "SCAN 0", "DBSIZE",
        "STARLING DIGEST", "STARLING SIBLINGS new", "STARLING CONFLICTS", "RANDOMKEY", "SETNX new v", "INCR new",
        "GET gone", "EXISTS gone", "DEL gone", "TTL gone", "SET new v NX", "MEMORY USAGE new", "OBJECT ENCODING new",
    ])
    func `a reply that reveals a write waits until it is durable`(request: String) throws {
        let server = try TestServer()
        let writer = server.connect()
        _ = writer.call("SET gone x")
        server.sync()
        _ = writer.call("SET new value")
        _ = writer.call("DEL gone")
        let reader = server.connect()
        reader.send(TestClient.encode(request))
        #expect(reader.connection.output.unsentLength > 0)
        #expect(reader.takeSendable() == "")
        server.sync()
        #expect(reader.takeSendable() != "")
    }

    @Test func `a read of what is durable does not wait for others' writes`() throws {
        let server = try TestServer()
        let client = server.connect()
        _ = client.call("SET old v")
        server.sync()
        _ = server.connect().call("SET new v")
        let reader = server.connect()
        reader.send(TestClient.encode("GET old"))
        reader.send(TestClient.encode("GET none"))
        reader.send(TestClient.encode("STARLING STATUS"))
        #expect(reader.takeSendable().hasPrefix("$1\r\nv\r\n$-1\r\n*"))
        #expect(reader.connection.output.isEmpty)
    }

    @Test func `replies leave in order, those behind a held one with it`() throws {
        let server = try TestServer()
        let client = server.connect()
        client.send(TestClient.encode("PING"))
        client.send(TestClient.encode("SET k v"))
        client.send(TestClient.encode("PING"))
        #expect(client.takeSendable() == "+PONG\r\n")
        server.sync()
        #expect(client.takeSendable() == "+OK\r\n+PONG\r\n")
    }

    @Test func `with a weaker durability nothing is held`() throws {
        let server = try TestServer(durability: .never)
        let client = server.connect()
        client.send(TestClient.encode("SET k v"))
        client.send(TestClient.encode("KEYS *"))
        #expect(client.takeSendable() == "+OK\r\n*1\r\n$1\r\nk\r\n")
    }

    @Test func `plaintext replies are held too`() throws {
        let server = try TestServer()
        let writer = server.connect(firstByte: "S")
        writer.send(Array("SET k v\n".utf8))
        #expect(writer.takeSendable() == "")
        let reader = server.connect(firstByte: "G")
        reader.send(Array("GET k\n".utf8))
        #expect(reader.takeSendable() == "")
        server.sync()
        #expect(writer.takeSendable() == "OK\r\n")
        #expect(reader.takeSendable() == "VALUE v\r\n")
    }

    @Test(arguments: ["SET k 0123456789", "MSET a 0123456789 b 0123456789", "INCR n", "APPEND k 0123456789"])
    func `a write without room waits, has no effect meanwhile, and is then done once`(request: String) throws {
        let server = try TestServer(segmentLength: 4096)
        let filler = server.connect()
        var count = 0
        // The disk is not asked to prepare more room.
        while filler.progress != .blocked, count < 10_000 {
            filler.send(TestClient.encode("SET filler \(String(repeating: "x", count: 10))"))
            count += 1
        }
        #expect(filler.progress == .blocked)
        let client = server.connect()
        let sequence = server.replica.journal.ownSequence
        // Small requests may still fit; these are made to find no room.
        let request = request.replacing("0123456789", with: String(repeating: "v", count: 2_000))
        client.send(TestClient.encode("PING") + TestClient.encode(request) + TestClient.encode("PING"))
        guard client.progress == .blocked else { return }
        #expect(client.takeAll() == "+PONG\r\n")
        #expect(server.replica.journal.ownSequence == sequence)
        var turns = 0
        while client.progress == .blocked, turns < 10 {
            server.sync()
            client.serve()
            turns += 1
        }
        #expect(client.progress == .ready)
        #expect(client.unreadCount == 0)
        #expect(client.takeAll().hasSuffix("+PONG\r\n"))
        let writes = request.hasPrefix("MSET") ? 2 : 1
        #expect(server.replica.journal.ownSequence == sequence + UInt64(writes))
    }

    @Test func `a plaintext write without room is done later, once`() throws {
        let server = try TestServer(segmentLength: 4096)
        let client = server.connect(firstByte: "S")
        let line = "SET k " + String(repeating: "x", count: 1_000) + "\n"
        var sent: UInt64 = 0
        while client.progress != .blocked, sent < 100 {
            client.send(Array(line.utf8))
            sent += 1
        }
        #expect(client.progress == .blocked)
        server.sync()
        client.serve()
        #expect(client.progress == .ready)
        #expect(server.replica.journal.ownSequence == sent)
        #expect(client.unreadCount == 0)
    }

    @Test func `a failed log refuses writes and still reads`() throws {
        let server = try TestServer()
        let client = server.connect()
        _ = client.call("SET k v")
        server.sync()
        _ = client.call("SET k w")
        server.disk.failNextSync()
        server.sync()
        #expect(client.call("SET k x").hasPrefix("-MISCONF "))
        #expect(client.call("MSET a 1 b 2").hasPrefix("-MISCONF "))
        #expect(client.call("GET k").hasPrefix("$1\r\n"))
        let plain = server.connect(firstByte: "S")
        #expect(plain.line("SET k x").hasPrefix("ERR MISCONF "))
        let http = server.connect(firstByte: "G")
        #expect(http.line("GET /readyz?verbose HTTP/1.1\r\nHost: localhost\r\n").contains("[-]log "))
    }
}
