import Starling
import Testing

@Suite(.timeLimit(.minutes(1))) struct NodeLifecycleTests {
    private let directory: TemporaryDirectory

    init() {
        self.directory = TemporaryDirectory()
    }

    @Test func `what was written is there after the node was opened anew`() async throws {
        let first = try await Node.open(at: self.directory("data"), configuration: .test())
        try await first.put("stays", for: "k")
        let before = try await first.status()
        await first.close()
        let second = try await Node.open(at: self.directory("data"), configuration: .test())
        #expect(try await second.value(for: "k") == "stays")
        let after = try await second.status()
        #expect(after.id == before.id)
        #expect(after.digest == before.digest)
        await second.close()
    }

    @Test func `a directory has one node at a time`() async throws {
        let node = try await Node.open(at: self.directory("data"), configuration: .test())
        let error = await #expect(throws: NodeError.self) {
            try await Node.open(at: self.directory("data"), configuration: .test())
        }
        #expect(error?.code == .directoryLocked)
        await node.close()
    }

    @Test func `a port has one node at a time, and the refused one leaves its directory free`() async throws {
        let node = try await Node.open(at: self.directory("1"), configuration: .test())
        var configuration = NodeConfiguration.test()
        configuration.port = try #require(UInt16(node.address.split(separator: ":")[1]))
        let error = await #expect(throws: NodeError.self) {
            try await Node.open(at: self.directory("2"), configuration: configuration)
        }
        #expect(error?.code == .addressInUse)
        await node.close()
        let other = try await Node.open(at: self.directory("2"), configuration: .test())
        await other.close()
    }

    @Test func `another cluster's directory is refused`() async throws {
        let node = try await Node.open(at: self.directory("data"), configuration: .test(cluster: "one"))
        await node.close()
        let error = await #expect(throws: NodeError.self) {
            try await Node.open(at: self.directory("data"), configuration: .test(cluster: "two"))
        }
        #expect(error?.code == .configuration)
    }

    @Test(arguments: [
        ("0.0.0.0", "advertise"), ("bad address", "advertise"), ("nowhere:0", "peer"), ("300.1.1.1:1", "group"),
        ("10.0.0.1:1", "group"),
    ])
    func `what cannot be configured is said at once`(text: String, what: String) async throws {
        var configuration = NodeConfiguration.test()
        switch what {
        case "advertise": configuration.advertise = text
        case "peer": configuration.peers = [text]
        default: configuration.discovery = .multicast(group: text)
        }
        let error = await #expect(throws: NodeError.self) {
            try await Node.open(at: self.directory("data"), configuration: configuration)
        }
        #expect(error?.code == .configuration)
    }

    @Test func `run is for once, and ends when its task is cancelled`() async throws {
        let node = try await Node.open(at: self.directory("data"), configuration: .test())
        let refusals = await withTaskGroup(of: NodeError?.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    do {
                        try await node.run()
                        return nil
                    } catch {
                        return error as? NodeError
                    }
                }
            }
            // One of the two is refused at once; then the other is told to stop.
            let first = await group.next() ?? nil
            group.cancelAll()
            let second = await group.next() ?? nil
            return [first, second].compactMap { $0 }
        }
        #expect(refusals.map(\.code) == [.alreadyRunning])
    }

    @Test func `a closed node refuses everything and ends its sequences`() async throws {
        let node = try await Node.open(at: self.directory("data"), configuration: .test())
        let events = node.events
        let listening = Task {
            var count = 0
            for await _ in events { count += 1 }
            return count
        }
        try await node.put("v", for: "k")
        await node.close()
        _ = await listening.value
        let error = await #expect(throws: NodeError.self) { try await node.value(for: "k") }
        #expect(error?.code == .closed)
        await node.close()
    }

    @Test func `shutdown answers what was taken in`() async throws {
        let node = try await Node.open(at: self.directory("data"), configuration: .test())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    do {
                        try await node.put("v", for: "k:\(number)")
                    } catch {
                        #expect((error as? NodeError)?.code == .closed)
                    }
                }
            }
            node.beginShutdown()
            try await group.waitForAll()
        }
        await node.close()
    }

    @Test func `a wait for peers ends when the node closes`() async throws {
        let node = try await Node.open(at: self.directory("data"), configuration: .test())
        let receipt = try await node.put("v", for: "k")
        let waiting = Task { () -> NodeError? in
            do {
                try await node.wait(for: receipt.dot, acknowledgedBy: 1)
                return nil
            } catch {
                return error as? NodeError
            }
        }
        // Its request is before the end's in the node's mailbox, or is refused.
        _ = try await node.status()
        await node.close()
        #expect([.timeout, .closed].contains(await waiting.value?.code))
    }

    @Test func `a node that is not run serves what was asked of it during its first second`() async throws {
        let directory = self.directory("data")
        let first = try await Node.open(at: directory, configuration: .test())
        try await first.put("v", for: "k")
        await first.close()
        var configuration = NodeConfiguration.test()
        // It is known and never answers, since nothing is called before run().
        configuration.peers = ["127.0.0.1:1"]
        let second = try await Node.open(at: directory, configuration: configuration)
        #expect(try await second.value(for: "k") == "v")
        await second.close()
    }

    @Test func `changes can be cancelled while they are asked for`() async throws {
        let node = try await Node.open(at: self.directory("data"), configuration: .test())
        for _ in 0..<100 {
            let watching = Task {
                for try await _ in node.changes() {}
            }
            _ = try await node.status()
            watching.cancel()
            _ = await watching.result
        }
        await node.close()
    }
}
