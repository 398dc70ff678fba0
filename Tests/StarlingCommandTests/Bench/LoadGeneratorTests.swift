import Platform
import Testing

@testable import StarlingCommand

/// A load generator against a server that says what the test wants.
struct LoadGeneratorTests {
    private static let load = BenchLoad(kind: .set, valueLength: 8, pipeline: 2, requests: 5, keys: 10, reads: 0)

    private static func measure(_ answers: [String]) throws -> BenchResult {
        let server = try ScriptedServer(answers.map { Array($0.utf8) })
        defer { server.finish() }
        let generator = try LoadGenerator(to: server.address, clients: 1, timeout: .seconds(10))
        defer { generator.close() }
        return try generator.measure(Self.load, seed: 1) { _ in }
    }

    @Test func `every request is answered and counted`() throws {
        let result = try Self.measure(["+OK\r\n+OK\r\n", "+OK\r\n-ERR full\r\n", "+OK\r\n"])
        #expect(result.latencies.count == 5)
        #expect(result.errors == 1)
        #expect(String(decoding: result.firstError, as: UTF8.self) == "ERR full")
        #expect(result.cells.count == BenchResult.columns.count)
        #expect(result.json.text.hasPrefix("{\"schema\":1,\"command\":\"set\",\"value_bytes\":8,\"pipeline\":2,"))
    }

    @Test(arguments: [["HTTP/1.1 400 Bad Request\r\n"], ["+OK\r\n+OK\r\n+OK\r\n"], ["+OK\r\n+OK\r\n", ""]])
    func `a server that is none, or goes away, is told of`(answers: [String]) {
        #expect {
            _ = try Self.measure(answers)
        } throws: { error in
            (error as? CommandError)?.code == .unreachable
        }
    }
}
