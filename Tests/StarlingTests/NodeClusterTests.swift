import Starling
import Testing

@Suite(.timeLimit(.minutes(1))) struct NodeClusterTests {
    private let directory: TemporaryDirectory

    init() {
        self.directory = TemporaryDirectory()
    }

    @Test func `a write acknowledged by peers is read on them`() async throws {
        let (first, second) = try await self.pair()
        try await self.running([first, second]) {
            try await first.put("hello", for: "k", acknowledgedBy: 1)
            #expect(try await second.value(for: "k") == "hello")
        }
    }

    @Test func `writes made apart are kept side by side, and both nodes show the same one`() async throws {
        let (first, second) = try await self.pair()
        // Neither runs yet: neither knows of the other's write. The first has written more often.
        try await first.put("one", for: "k")
        try await first.put("two", for: "k")
        try await second.put("other", for: "k")
        try await self.running([first, second]) {
            for try await change in first.changes() where change.isConflict { break }
            for try await change in second.changes() where change.isConflict { break }
            for node in [first, second] {
                #expect(try await node.value(for: "k") == "two")
                #expect(Set(try await node.siblings(for: "k").values) == ["two", "other"])
            }
        }
    }

    @Test func `events begin with a snapshot and tell of peers and conflicts`() async throws {
        let (first, second) = try await self.pair()
        try await first.put("one", for: "k")
        try await second.put("two", for: "k")
        try await self.running([first, second]) {
            var words: [String] = []
            for await event in first.events {
                switch event {
                case .snapshot: words.append("snapshot")
                case .connected: words.append("connected")
                case .conflict(let key, let siblings):
                    #expect(key == "k" && siblings == 2)
                    words.append("conflict")
                default: continue
                }
                if words.last == "conflict" { break }
            }
            #expect(words.first == "snapshot")
            #expect(words.contains("conflict"))
        }
    }

    @Test func `a wrong secret keeps nodes apart`() async throws {
        var one = NodeConfiguration.test("one")
        one.secret = Array("right".utf8)
        let first = try await Node.open(at: self.directory("one"), configuration: one)
        var two = NodeConfiguration.test("two")
        two.secret = Array("wrong".utf8)
        let (traces, continuation) = AsyncStream.makeStream(of: TraceLine.self)
        two.trace = { continuation.yield($0) }
        two.peers = [first.address]
        let second = try await Node.open(at: self.directory("two"), configuration: two)
        try await first.put("v", for: "k")
        try await self.running([first, second]) {
            for await line in traces where line.event == "peer.refusal" {
                #expect(line.message.contains("secret"))
                break
            }
            let status = try await second.status()
            #expect(status.peers.first?.isReachable == false)
            #expect(try await second.value(for: "k") == nil)
        }
    }

    private func pair() async throws -> (Node, Node) {
        let first = try await Node.open(at: self.directory("first"), configuration: .test("first"))
        var configuration = NodeConfiguration.test("second")
        configuration.peers = [first.address]
        let second = try await Node.open(at: self.directory("second"), configuration: configuration)
        return (first, second)
    }

    private func running(_ nodes: [Node], _ body: () async throws -> Void) async throws {
        let tasks = nodes.map { node in Task { try await node.run() } }
        try await body()
        for node in nodes { await node.close() }
        for task in tasks { try await task.value }
    }
}
