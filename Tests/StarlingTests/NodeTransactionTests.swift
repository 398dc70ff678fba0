import Starling
import Testing

@Suite(.timeLimit(.minutes(1))) struct NodeTransactionTests {
    private struct Overdrawn: Error {}

    private let directory: TemporaryDirectory
    private let node: Node

    init() async throws {
        self.directory = TemporaryDirectory()
        var configuration = NodeConfiguration.test()
        configuration.resolvers[prefix: "hits:"] = .counter
        self.node = try await Node.open(at: self.directory("data"), configuration: configuration)
    }

    private static func move(_ amount: Int, _ transaction: Transaction) throws {
        let balance = try transaction.value(for: "from").flatMap { Int($0.description) } ?? 0
        guard balance >= amount else { throw Overdrawn() }
        try transaction.increment("from", by: Int64(-amount))
        try transaction.increment("to", by: Int64(amount))
    }

    @Test func `what is read and written is one step`() async throws {
        try await self.node.put("100", for: "from")
        let node = self.node
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        try await node.transaction { try Self.move(7, $0) }
                    } catch is Overdrawn {}
                }
            }
            try await group.waitForAll()
        }
        #expect(try await node.value(for: "from") == "2")
        #expect(try await node.value(for: "to") == "98")
        await node.close()
    }

    @Test func `what it has written it reads, and others when it has ended`() async throws {
        let seen = try await self.node.transaction { transaction in
            try transaction.put("1", for: "a")
            try transaction.put("2", for: "b")
            let isDeleted = try transaction.delete("a")
            let again = try transaction.delete("a")
            return [try transaction.value(for: "a"), try transaction.value(for: "b"), "\(isDeleted) \(again)"]
        }
        #expect(seen == [nil, "2", "true false"])
        #expect(try await self.node.value(for: "a") == nil)
        #expect(try await self.node.value(for: "b") == "2")
        await self.node.close()
    }

    @Test func `one that throws leaves no trace`() async throws {
        try await self.node.put("1", for: "a")
        let before = try await self.node.siblings(for: "a")
        await #expect(throws: Overdrawn.self) {
            try await self.node.transaction { transaction in
                try transaction.put("2", for: "a")
                try transaction.put("2", for: "b")
                throw Overdrawn()
            }
        }
        #expect(try await self.node.siblings(for: "a").context == before.context)
        #expect(try await self.node.value(for: "b") == nil)
        await self.node.close()
    }

    @Test func `a counter is exact within and after it`() async throws {
        try await self.node.increment("hits:a", by: 5)
        let sums = try await self.node.transaction { transaction in
            [
                try transaction.increment("hits:a", by: 2), try transaction.increment("hits:a"),
                try transaction.increment("hits:b"),
            ]
        }
        #expect(sums == [7, 8, 1])
        #expect(try await self.node.increment("hits:a") == 9)
        #expect(try await self.node.increment("hits:b") == 2)
        await self.node.close()
    }

    @Test func `more than a batch may hold is refused, and nothing is written`() async throws {
        await #expect(throws: NodeError.self) {
            try await self.node.transaction { transaction in
                for number in 0..<70_000 { try transaction.put("v", for: Key("k\(number)")) }
            }
        }
        #expect(try await self.node.value(for: "k1") == nil)
        await self.node.close()
    }
}
