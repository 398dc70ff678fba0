import Testing

@testable import Replication

struct PipelineTests {
    @Test func `requests split at any byte get the same replies`() throws {
        let requests = ["SET k hello", "GET k", "FOO bar", "MGET k none", "INCR n", "PING", "GET"]
        let bytes = requests.flatMap { TestClient.encode($0) }
        let whole = try TestServer().connect()
        whole.send(bytes)
        let expected = whole.takeAll()
        for split in 0...bytes.count {
            let client = try TestServer(segmentLength: 8192).connect()
            client.send(Array(bytes[..<split]))
            client.send(Array(bytes[split...]))
            #expect(client.takeAll() == expected, "split at \(split)")
        }
    }

    @Test func `requests that come byte by byte get the same replies`() throws {
        let bytes = TestClient.encode("SET k hello") + TestClient.encode("GET k")
        let client = try TestServer().connect()
        for byte in bytes { client.send([byte]) }
        #expect(client.takeAll() == "+OK\r\n$5\r\nhello\r\n")
        #expect(client.unreadCount == 0)
    }

    @Test func `lines split at any byte get the same replies`() throws {
        let bytes = Array("SET k hello world\r\nGET k\n\r\nNO\nDELETE k\nGET k\n".utf8)
        let whole = try TestServer().connect(firstByte: "S")
        whole.send(bytes)
        let expected = whole.takeAll()
        #expect(expected.hasPrefix("OK\r\nVALUE hello world\r\n"))
        for split in 1...bytes.count {
            let client = try TestServer(segmentLength: 8192).connect(firstByte: "S")
            client.send(Array(bytes[..<split]))
            client.send(Array(bytes[split...]))
            #expect(client.takeAll() == expected, "split at \(split)")
        }
    }

    @Test func `HTTP requests split at any byte get the same replies`() throws {
        let bytes = Array(
            "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\nHEAD / HTTP/1.1\r\nHost: [::1]:9000\r\n\r\n".utf8)
        let whole = try TestServer().connect(firstByte: "G")
        whole.send(bytes)
        let expected = whole.takeAll()
        let server = try TestServer()
        for split in 1...bytes.count {
            let client = server.connect(firstByte: "G")
            client.send(Array(bytes[..<split]))
            client.send(Array(bytes[split...]))
            #expect(client.takeAll() == expected, "split at \(split)")
        }
    }

    @Test func `a client that does not read its replies is not served further`() throws {
        var limits = ReplicaLimits()
        limits.outputLength = 10_000
        let client = try TestServer(limits: limits).connect()
        _ = client.call("SET k \(String(repeating: "v", count: 4_000))")
        client.send((0..<100).flatMap { _ in TestClient.encode("GET k") })
        #expect(client.connection.output.unsentLength < 16_000)
        #expect(client.unreadCount > 0)
        var replies = 0
        while client.unreadCount > 0 {
            replies += client.takeAll().split(separator: "$4000").count
            client.serve()
        }
        replies += client.takeAll().split(separator: "$4000").count
        #expect(replies == 100)
    }

    @Test func `bytes that are no request end the connection with the reason`() throws {
        let client = try TestServer().connect()
        client.send(Array("*1\r\n$4\r\nPING\r\n*x\r\n".utf8))
        #expect(client.takeAll() == "+PONG\r\n-ERR Protocol error: invalid multibulk length\r\n")
        #expect(client.progress == .finished)
    }

    @Test func `empty requests get no reply`() throws {
        let client = try TestServer().connect()
        client.send(Array("*0\r\n*-1\r\n*1\r\n$4\r\nPING\r\n".utf8))
        #expect(client.takeAll() == "+PONG\r\n")
    }
}
