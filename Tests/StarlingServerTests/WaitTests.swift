import Testing

@testable import Replication

struct WaitTests {
    @Test(arguments: [
        ("WAIT x 0", "-ERR value is not an integer or out of range|"),
        ("WAIT 1 x", "-ERR timeout is not an integer or out of range|"),
        ("WAIT 1 -1", "-ERR timeout is negative|"),
        ("WAIT -1 0", "-ERR value is out of range, must be positive|"),
        ("WAIT 1", "-ERR wrong number of arguments for 'wait' command|"),
    ])
    func `wrong requests are refused`(request: String, reply: String) throws {
        #expect(try TestServer().connect().shown(request) == reply)
    }

    @Test func `waiting for nobody is answered at once`() throws {
        let client = try TestServer().connect()
        _ = client.call("SET k v")
        #expect(client.shown("WAIT 0 0") == ":0|")
        #expect(client.progress == .ready)
    }

    @Test func `a wait suspends the client until its time is over`() throws {
        let server = try TestServer()
        let client = server.connect()
        _ = client.call("SET k v")
        client.send(TestClient.encode("WAIT 1 500") + TestClient.encode("PING"))
        #expect(client.progress == .suspended)
        #expect(client.takeAll() == "")
        server.advance(milliseconds: 499)
        server.replica.settleWaits()
        #expect(client.progress == .suspended)
        server.advance(milliseconds: 1)
        server.replica.settleWaits()
        #expect(client.progress == .ready)
        client.serve()
        #expect(client.takeAll() == ":0\r\n+PONG\r\n")
    }

    @Test func `a client that goes away is waited for no more`() throws {
        let server = try TestServer()
        let client = server.connect()
        _ = client.call("SET k v")
        client.send(TestClient.encode("WAIT 1 0"))
        #expect(client.progress == .suspended)
        #expect(server.replica.waiters.count == 1)
        client.close()
        #expect(server.replica.waiters.isEmpty)
    }

    @Test func `a wait longer than time can tell has no end`() throws {
        let server = try TestServer()
        let client = server.connect()
        _ = client.call("SET k v")
        client.send(TestClient.encode("WAIT 9223372036854775807 9223372036854775807"))
        #expect(client.progress == .suspended)
    }
}
