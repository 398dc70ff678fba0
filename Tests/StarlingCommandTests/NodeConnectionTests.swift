import Platform
import RESP
import Testing

@testable import StarlingCommand

struct NodeConnectionTests {
    private static let limit = Delay.seconds(10)

    private static func server(_ answers: String...) throws -> ScriptedServer {
        try ScriptedServer(answers.map { Array($0.utf8) })
    }

    @Test func `a request gets its reply`() throws {
        let server = try Self.server("%1\r\n$6\r\nserver\r\n$8\r\nstarling\r\n", "$5\r\nhello\r\n")
        defer { server.finish() }
        let connection = try NodeConnection(to: server.address, timeout: Self.limit)
        defer { connection.close() }
        #expect(try connection.call(["GET", "greeting"]) == .bulkString(Array("hello".utf8)))
    }

    @Test func `a server that knows no third version is talked to all the same`() throws {
        let server = try Self.server("-ERR unknown command 'HELLO'\r\n", "+OK\r\n:7\r\n-ERR no\r\n")
        defer { server.finish() }
        let connection = try NodeConnection(to: server.address, timeout: Self.limit)
        defer { connection.close() }
        let replies = try connection.pipeline([["SET", "a", "1"], ["INCR", "a"], ["FOO"]])
        #expect(replies == [.simpleString("OK"), .integer(7), .error("ERR no")])
    }

    @Test func `an answer in another protocol is quoted`() throws {
        let server = try Self.server("HTTP/1.1 400 Bad Request\r\n\r\n")
        defer { server.finish() }
        let error = #expect(throws: CommandError.self) {
            try NodeConnection(to: server.address, timeout: Self.limit)
        }
        #expect(error?.code == .unreachable)
        #expect(
            error?.lines == [
                "starling: \(server.address) answered but is not starling (got \"HTTP/1.1 400 Bad Request\"). "
                    + "Nodes usually listen from port 9000."
            ])
    }

    @Test func `a server that closes without a word cannot be reached`() throws {
        let server = try Self.server("")
        defer { server.finish() }
        let error = #expect(throws: CommandError.self) {
            try NodeConnection(to: server.address, timeout: Self.limit)
        }
        #expect(error?.code == .unreachable)
        #expect(error?.lines.first?.contains("it closed the connection") == true)
    }

    @Test func `a port where nobody listens cannot be reached`() throws {
        let server = try Self.server("")
        _ = try? NodeConnection(to: server.address, timeout: Self.limit)
        server.finish()
        let error = #expect(throws: CommandError.self) {
            try NodeConnection(to: server.address, timeout: Self.limit)
        }
        #expect(error?.code == .unreachable)
        #expect(error?.lines.first?.contains("connection refused") == true)
        #expect(error?.lines.first?.contains("--port \(server.address.port)") == true)
    }
}
