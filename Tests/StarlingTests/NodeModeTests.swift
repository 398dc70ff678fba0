import Starling
import Testing

@Suite(.timeLimit(.minutes(1))) struct NodeModeTests {
    private let directory = TemporaryDirectory()

    @Test func `a node alone switches to leader mode and back`() async throws {
        let node = try await Node.open(at: self.directory("data"), configuration: .test())
        try await self.running([node]) {
            #expect(try await node.mode().role == .peer)
            try await node.switchMode(to: .leaderless)
            try await node.switchMode(to: .leader)
            try await node.switchMode(to: .leader)
            try await node.put("v", for: "k")
            #expect(try await node.value(for: "k") == "v")
            #expect(try await node.increment("n", by: 2) == 2)
            try await node.transaction { transaction in
                #expect(try transaction.increment("n") == 3)
                try transaction.delete("k")
            }
            #expect(try await node.value(for: "k") == nil)
            let mode = try await node.mode()
            #expect(mode.kind == .leader && mode.role == .leader && mode.term > 0)
            #expect(mode.leader?.name == node.name)
            try await node.switchMode(to: .leaderless)
            #expect(try await node.mode().kind == .leaderless)
            #expect(try await node.value(for: "n") == "3")
        }
    }

    @Test func `followers refuse with the leader's address, and read what they have`() async throws {
        let nodes = try await self.cluster { _ in }
        try await self.running(nodes) {
            try await self.reached(nodes)
            try await nodes[0].switchMode(to: .leader)
            try await self.voting(nodes)
            try await nodes[0].put("v", for: "k")
            let refused = await #expect(throws: NodeError.self) { try await nodes[1].put("w", for: "k") }
            #expect(refused?.code == .notLeader)
            #expect(refused?.message.contains(nodes[0].address) ?? false)
            for body in [
                { _ = try await nodes[1].value(for: "k") }, { _ = try await nodes[1].siblings(for: "k") },
                { _ = try await nodes[1].increment("k") }, { _ = try await nodes[1].delete("k") },
                { for try await _ in nodes[1].entries() {} },
                { try await nodes[1].transaction { _ in } },
                { try await nodes[1].switchMode(to: .leaderless) }, { try await nodes[1].stepDown() },
            ] as [@Sendable () async throws -> Void] {
                let refused = await #expect(throws: NodeError.self) { try await body() }
                #expect(refused?.code == .notLeader)
            }
            while try await nodes[1].value(for: "k", consistency: .local) != "v" { await Task.yield() }
            #expect(try await nodes[1].siblings(for: "k", consistency: .local).values == ["v"])
            for try await entry in nodes[1].entries(consistency: .local) { #expect(entry.value == "v") }
            try await nodes[0].switchMode(to: .leaderless)
            while try await nodes[1].mode().kind == .leader { await Task.yield() }
            try await nodes[1].put("w", for: "k")
        }
    }

    @Test func `nodes configured for leader mode enter it by themselves`() async throws {
        let nodes = try await self.cluster { $0.mode = .leader }
        try await self.running(nodes) {
            try await self.voting(nodes)
            let leader = try #require(try await nodes[0].mode().leader)
            #expect(nodes.map(\.address).contains(leader.address))
        }
    }

    @Test func `leader mode without a majority is refused with the reason`() async throws {
        let first = try await Node.open(at: self.directory("first"), configuration: .test("first"))
        let second = try await Node.open(at: self.directory("second"), configuration: self.told(of: [first], "second"))
        try await self.running([first, second]) {
            try await self.reached([first, second])
            await second.close()
            let refused = await #expect(throws: NodeError.self) { try await first.switchMode(to: .leader) }
            #expect(refused?.code == .refused)
            try await first.put("v", for: "k")
        }
    }

    private func told(of nodes: [Node], _ name: String) -> NodeConfiguration {
        var configuration = NodeConfiguration.test(name)
        configuration.peers = nodes.map(\.address)
        return configuration
    }

    /// Three nodes, each told of those before it.
    private func cluster(_ adjust: (inout NodeConfiguration) -> Void) async throws -> [Node] {
        var nodes: [Node] = []
        for name in ["one", "two", "three"] {
            var configuration = self.told(of: nodes, name)
            adjust(&configuration)
            nodes.append(try await Node.open(at: self.directory(name), configuration: configuration))
        }
        return nodes
    }

    /// Waits until each reaches all others.
    private func reached(_ nodes: [Node]) async throws {
        for node in nodes {
            while try await node.peers.filter({ $0.isReachable && $0.id != nil }).count < nodes.count - 1 {
                await Task.yield()
            }
        }
    }

    /// Waits until all have a vote and know who leads.
    private func voting(_ nodes: [Node]) async throws {
        for node in nodes {
            while true {
                let mode = try await node.mode()
                if mode.voters.count == nodes.count, mode.leader != nil { break }
                await Task.yield()
            }
        }
    }

    private func running(_ nodes: [Node], _ body: () async throws -> Void) async throws {
        let tasks = nodes.map { node in Task { try await node.run() } }
        try await body()
        for node in nodes { await node.close() }
        for task in tasks { try await task.value }
    }
}
