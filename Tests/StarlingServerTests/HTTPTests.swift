import Testing

@testable import Replication

struct HTTPTests {
    private func get(_ target: String, _ fields: String = "Host: localhost\r\n", on server: TestServer) -> String {
        let client = server.connect(firstByte: "G")
        client.send(Array("GET \(target) HTTP/1.1\r\n\(fields)\r\n".utf8))
        return client.takeAll()
    }

    @Test func `the pages are there`() throws {
        let server = try TestServer()
        #expect(self.get("/livez", on: server).hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(self.get("/livez", on: server).hasSuffix("\r\n\r\nok\n"))
        #expect(self.get("/readyz", on: server).hasSuffix("\r\n\r\nok\n"))
        #expect(self.get("/readyz?verbose", on: server).contains("[+]log ok\n"))
        #expect(self.get("/", on: server).contains("<b>n1</b>"))
        #expect(self.get("/nothing", on: server).hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        #expect(self.get("/nothing", on: server).contains("\"code\":\"no-such-page\""))
    }

    @Test func `values are read, once they are durable`() throws {
        let server = try TestServer()
        server.sync()
        let client = server.connect()
        _ = client.call("SET a/b v")
        let reader = server.connect(firstByte: "G")
        reader.send(Array("GET /api/v1/keys/a%2Fb HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        #expect(reader.takeSendable() == "")
        server.sync()
        #expect(reader.takeSendable().hasSuffix("{\"schema\":1,\"key\":\"a/b\",\"value\":\"v\"}\n"))
        #expect(self.get("/api/v1/keys/none", on: server).hasPrefix("HTTP/1.1 404 "))
        #expect(self.get("/api/v1/keys/", on: server).hasPrefix("HTTP/1.1 400 "))
        #expect(self.get("/api/v1/keys/%+1", on: server).hasPrefix("HTTP/1.1 400 "))
        try server.replica.put([0xFF].span, [0xFE].span)
        #expect(self.get("/api/v1/keys/%ff", on: server).contains("\"keyBase64\":\"/w==\",\"valueBase64\":\"/g==\""))
    }

    @Test func `status is JSON`() throws {
        let server = try TestServer { configuration, _ in configuration.name = "a \"b\"\n\\" }
        let body = self.get("/api/v1/status", on: server)
        #expect(body.contains("Content-Type: application/json\r\n"))
        #expect(body.contains(#""name":"a \"b\"\n\\""#))
        #expect(body.contains(#""schema":1,"cluster":"tests","mode":"leaderless","verdict":"#))
        #expect(body.contains(#""peers":["#))
    }

    @Test func `metrics are families of samples, each explained once`() throws {
        let server = try TestServer()
        let client = server.connect()
        _ = client.call("SET k v")
        _ = client.call("GET k")
        _ = client.call("GET none")
        _ = client.call("FOO")
        let page = self.get("/metrics", on: server)
        #expect(page.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
        let lines = page.split(separator: "\r\n\r\n")[1].split(separator: "\n")
        var families: Set<Substring> = []
        for line in lines {
            let words = line.split(separator: " ")
            if line.hasPrefix("# TYPE ") {
                #expect(families.insert(words[2]).inserted, "\(line)")
                #expect(words[3] == "counter" || words[3] == "gauge")
            } else if !line.hasPrefix("#") {
                let name = line.prefix { $0 != " " && $0 != "{" }
                #expect(families.contains(name), "\(line)")
                #expect(words.last.flatMap { Double($0) } != nil, "\(line)")
            }
        }
        for line in [
            "starling_keys 1", "starling_commands_total{command=\"get\",result=\"ok\"} 2",
            "starling_errors_total{prefix=\"ERR\"} 1", "starling_keyspace_misses_total 1",
            "starling_connected_clients{protocol=\"resp\"} 1", "starling_local_writes_total 1",
        ] {
            #expect(lines.contains(Substring(line)), "\(line)")
        }
    }

    @Test func `a connection is kept for further requests unless the client says otherwise`() throws {
        let server = try TestServer()
        let client = server.connect(firstByte: "G")
        client.send(Array("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        #expect(client.takeAll().contains("Connection: keep-alive\r\n"))
        #expect(client.progress == .ready)
        client.send(Array("GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: Close\r\n\r\n".utf8))
        #expect(client.takeAll().contains("Connection: close\r\n"))
        #expect(client.progress == .finished)
        let old = server.connect(firstByte: "G")
        old.send(Array("GET /livez HTTP/1.0\r\n\r\n".utf8))
        #expect(old.takeAll().hasSuffix("ok\n"))
        #expect(old.progress == .finished)
    }

    @Test func `a request for the head alone gets the length and no body`() throws {
        let server = try TestServer()
        let client = server.connect(firstByte: "H")
        client.send(Array("HEAD /livez HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        let reply = client.takeAll()
        #expect(reply.contains("Content-Length: 3\r\n"))
        #expect(reply.hasSuffix("\r\n\r\n"))
    }

    @Test(arguments: [
        ("POST / HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello", 413),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", 413),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: localhost\r\n folded: x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", 400),
        ("GET / HTTP/2.0\r\nHost: localhost\r\n\r\n", 505),
        ("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403),
        ("GET / HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n", 403),
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1.evil.example:80\r\n\r\n", 403),
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1:9000\r\n\r\n", 200),
        ("GET / HTTP/1.1\r\nHost: [::1]:9000\r\n\r\n", 200),
        ("GET / HTTP/1.1\r\nHost: 10.1.2.3\r\n\r\n", 200),
        ("GET / HTTP/1.1\nHost: localhost\n\n", 200),
        ("GET http://localhost/livez HTTP/1.1\r\nHost: localhost\r\n\r\n", 200),
        ("GET / HTTP/1.1\r\nHost: localhost:99999999\r\n\r\n", 403),
    ])
    func `odd requests are refused with their status`(request: String, status: Int) throws {
        let client = try TestServer().connect(firstByte: "G")
        client.send(Array(request.utf8))
        #expect(client.takeAll().hasPrefix("HTTP/1.1 \(status) "))
        #expect((client.progress == .finished) == (status != 200))
    }

    @Test func `a head that is too long is refused`() throws {
        let server = try TestServer()
        let client = server.connect(firstByte: "G")
        client.send(Array("GET / HTTP/1.1\r\nHost: localhost\r\nX: ".utf8))
        client.send([UInt8](repeating: 0x78, count: 16_000))
        #expect(client.progress == .ready)
        client.send([UInt8](repeating: 0x78, count: 1_000))
        #expect(client.takeAll().hasPrefix("HTTP/1.1 431 "))
        #expect(client.progress == .finished)
    }
}
