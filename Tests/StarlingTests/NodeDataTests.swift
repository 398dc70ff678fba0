import Starling
import Testing

@Suite(.timeLimit(.minutes(1))) struct NodeDataTests {
    private let directory: TemporaryDirectory
    private let node: Node

    init() async throws {
        self.directory = TemporaryDirectory()
        var configuration = NodeConfiguration.test()
        configuration.resolvers[prefix: "hits:"] = .counter
        self.node = try await Node.open(at: self.directory("data"), configuration: configuration)
    }

    @Test func `what is put is read, and what is deleted is gone`() async throws {
        #expect(try await self.node.value(for: "k") == nil)
        try await self.node.put("v", for: "k")
        #expect(try await self.node.value(for: "k") == "v")
        #expect(try await self.node.delete("k") != nil)
        #expect(try await self.node.value(for: "k") == nil)
        #expect(try await self.node.delete("k") == nil)
        await self.node.close()
    }

    @Test func `a write after a stale context makes a sibling and loses nothing`() async throws {
        try await self.node.put("first", for: "k")
        let read = try await self.node.siblings(for: "k")
        try await self.node.put("second", for: "k")
        try await self.node.put("third", for: "k", after: read.context)
        let siblings = try await self.node.siblings(for: "k")
        #expect(Set(siblings.values) == ["second", "third"])
        try await self.node.put("settled", for: "k", after: siblings.context)
        #expect(try await self.node.siblings(for: "k").values == ["settled"])
        await self.node.close()
    }

    @Test func `a batch is applied whole, with consecutive names`() async throws {
        try await self.node.put("old", for: "gone")
        var batch = WriteBatch()
        batch.put("1", for: "a")
        batch.put("2", for: "b")
        batch.delete("gone")
        let receipt = try #require(try await self.node.apply(batch))
        #expect(receipt.dot.sequence == 4)
        #expect(try await self.node.value(for: "a") == "1")
        #expect(try await self.node.value(for: "gone") == nil)
        #expect(try await self.node.apply(WriteBatch()) == nil)
        await self.node.close()
    }

    @Test func `entries come in order, in both directions, within range and limit`() async throws {
        for number in 0..<600 {
            let digits = "00\(number)".suffix(3)
            try await self.node.put("\(number)", for: "n:\(String(digits))")
        }
        try await self.node.put("other", for: "m")
        let all = try await self.keys(self.node.entries(in: .prefix("n:")))
        #expect(all.count == 600)
        #expect(all == all.sorted())
        let last = try await self.keys(self.node.entries(in: .prefix("n:"), descending: true, limit: 3))
        #expect(last == ["n:599", "n:598", "n:597"])
        let some = try await self.keys(self.node.entries(in: .range("n:010"..<"n:013")))
        #expect(some == ["n:010", "n:011", "n:012"])
        await self.node.close()
    }

    @Test(arguments: [false, true])
    func `entries are those of one state, whatever is written while they are read`(descending: Bool) async throws {
        for number in 0..<600 { try await self.node.put("old", for: Self.key(number)) }
        var reading = self.node.entries(in: .prefix("n:"), descending: descending).makeAsyncIterator()
        var found: [String] = []
        while let entry = try await reading.next() {
            if found.isEmpty {
                // More than a page is still to come, from whichever end.
                for number in 0..<600 where number % 2 == 0 { try await self.node.put("new", for: Self.key(number)) }
                for number in 0..<600 where number % 5 == 0 { _ = try await self.node.delete(Self.key(number)) }
                for number in 600..<700 { try await self.node.put("new", for: Self.key(number)) }
            }
            #expect(entry.value == "old")
            found.append("\(entry.key)")
        }
        let expected = (0..<600).map { "\(Self.key($0))" }
        #expect(found == (descending ? expected.reversed() : expected))
        // What was kept for a reader is not kept for the next.
        let kept = try await self.keys(self.node.entries(in: .prefix("n:"), limit: 1_000))
        #expect(kept.count == 600 - 120 + 100)
        await self.node.close()
    }

    @Test func `more scans can be made than may be under way at once, for each is let go of`() async throws {
        for number in 0..<300 { try await self.node.put("value", for: Self.key(number)) }
        for _ in 0..<200 {
            var reading = self.node.entries().makeAsyncIterator()
            #expect(try await reading.next() != nil)
        }
        var open: [NodeEntries.Iterator] = []
        let error = await #expect(throws: NodeError.self) {
            for _ in 0..<65 {
                var reading = self.node.entries().makeAsyncIterator()
                _ = try await reading.next()
                open.append(reading)
            }
        }
        #expect(error?.code == .busy && open.count == 64)
        await self.node.close()
    }

    private static func key(_ number: Int) -> Key {
        Key("n:\(String("00\(number)".suffix(3)))")
    }

    @Test func `increments count, and what is no number is refused`() async throws {
        #expect(try await self.node.increment("hits:home") == 1)
        #expect(try await self.node.increment("hits:home", by: 41) == 42)
        #expect(try await self.node.increment("plain", by: -1) == -1)
        try await self.node.put("text", for: "plain")
        let error = await #expect(throws: NodeError.self) { try await self.node.increment("plain") }
        #expect(error?.code == .notANumber)
        await self.node.close()
    }

    @Test func `an expired value is not seen, and counts as none`() async throws {
        try await self.node.put("brief", for: "k", expiresAfter: .zero)
        #expect(try await self.node.value(for: "k") == nil)
        try await self.node.put("long", for: "k", expiresAfter: .seconds(3600))
        #expect(try await self.node.value(for: "k") == "long")
        await self.node.close()
    }

    @Test func `keys and values beyond their bounds are refused in words`() async throws {
        let error = await #expect(throws: NodeError.self) {
            try await self.node.put("v", for: Key([UInt8](repeating: 1, count: 65_537)))
        }
        #expect(error?.code == .tooLarge)
        #expect(error?.message.contains("65536") == true)
        let longest = Key([UInt8](repeating: 255, count: 65_536))
        try await self.node.put("v", for: longest)
        #expect(try await self.node.value(for: longest) == "v")
        await self.node.close()
    }

    @Test func `the feed tells what changed, and resumes where it was left`() async throws {
        try await self.node.put("1", for: "a")
        try await self.node.put("2", for: "b")
        var contexts: [CausalContext] = []
        var keys: [Key] = []
        for try await change in self.node.changes() {
            keys.append(change.key)
            contexts.append(change.context)
            if keys.count == 2 { break }
        }
        #expect(keys == ["a", "b"])
        try await self.node.delete("a")
        for try await change in self.node.changes(since: try #require(contexts.last)) {
            #expect(change.key == "a")
            #expect(change.value == nil)
            break
        }
        await self.node.close()
    }

    @Test func `codable values come back as they were`() async throws {
        struct Item: Codable, Equatable {
            var name: String
            var tags: [String]
        }
        let item = Item(name: "æ\"ø", tags: ["x", "y"])
        try await self.node.put(encoding: item, for: "item")
        #expect(try await self.node.value(Item.self, for: "item") == item)
        try await self.node.put("no json", for: "item")
        let error = await #expect(throws: NodeError.self) { try await self.node.value(Item.self, for: "item") }
        #expect(error?.code == .coding)
        await self.node.close()
    }

    private func keys(_ entries: NodeEntries) async throws -> [Key] {
        var keys: [Key] = []
        for try await entry in entries { keys.append(entry.key) }
        return keys
    }
}
