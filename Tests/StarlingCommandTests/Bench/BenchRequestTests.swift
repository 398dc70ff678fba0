import Platform
import Testing

@testable import StarlingCommand

/// What the flags of `starling bench` ask for, and how wrong ones are refused.
struct BenchRequestTests {
    private static func request(_ line: String) throws(CommandError) -> BenchRequest {
        let words = ["bench"] + line.split(separator: " ").map(String.init)
        let parsed = try ArgumentParser.parse(words, commands: [BenchCommand.command])
        return try BenchRequest(Settings(given: parsed.flags, environment: { _ in nil }))
    }

    @Test func `without flags it is fifty clients that set and then get`() throws {
        let request = try Self.request("")
        #expect(request.clients == 50)
        #expect(request.address == NetworkAddress(host: "127.0.0.1", port: 9000))
        #expect(request.loads.map(\.kind) == [.set, .get])
        #expect(request.loads.allSatisfy { $0.pipeline == 1 && $0.valueLength == 64 && $0.requests == 100_000 })
    }

    @Test func `lists are combined, the commands in turn`() throws {
        let request = try Self.request(
            "--commands ping,mixed --pipeline 1,16 --bytes 64,1kb -n 10 -r 7 --reads 50 -c 3")
        #expect(request.loads.count == 8)
        #expect(request.loads.map(\.kind.rawValue).prefix(3) == ["ping", "mixed", "ping"])
        #expect(request.loads.map(\.pipeline) == [1, 1, 16, 16, 1, 1, 16, 16])
        #expect(request.loads[7].valueLength == 1024)
        #expect(request.loads[7].keys == 7)
        #expect(request.loads[7].reads == 50)
        #expect(request.clients == 3)
    }

    @Test(arguments: [
        "--commands set,fly", "--commands ,", "--pipeline 0", "--pipeline 1,,2", "--bytes 65mb", "-n 0", "-c 10001",
        "-r 0", "--reads 101", "--seed x",
    ])
    func `what cannot be is refused as wrong usage`(line: String) {
        #expect {
            _ = try Self.request(line)
        } throws: { error in
            (error as? CommandError)?.code == .usage
        }
    }

    @Test func `requests are of random keys, equal for equal seeds`() {
        let load = BenchLoad(kind: .mixed, valueLength: 3, pipeline: 1, requests: 1, keys: 1000, reads: 50)
        var texts: [String] = []
        for seed in [5, 5, 6] as [UInt64] {
            var requests = BenchRequests(load, seed: seed)
            var bytes: [UInt8] = []
            for _ in 0..<40 { requests.append(to: &bytes) }
            texts.append(String(decoding: bytes, as: UTF8.self))
        }
        #expect(texts[0] == texts[1])
        #expect(texts[0] != texts[2])
        #expect(texts[0].contains("*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000"))
        #expect(texts[0].contains("*2\r\n$3\r\nGET\r\n$16\r\nkey:000000000"))
        #expect(texts[0].contains("\r\n$3\r\nxxx\r\n"))
    }
}
