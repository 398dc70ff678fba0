import Platform
import Replication
import Simulation
import Testing

/// The time after a start in which clients wait for the first conversations.
struct FirstConversationTests {
    /// Answers every byte with itself.
    private final class EchoSession: ClientSession {
        func receive(
            _ bytes: Span<UInt8>, consumed: inout Int, on connection: ClientConnection, replica: Replica
        ) -> SessionProgress {
            for index in bytes.indices { connection.output.bytes.append(bytes[index]) }
            consumed += bytes.count
            return .ready
        }

        func reply(to failure: HeldFailure) -> [UInt8] { [] }

        func closed() {}
    }

    @Test func `a client is served as soon as the time for first conversations is over`() throws {
        var settings = ClusterSettings()
        settings.nodeCount = 2
        let cluster = SimulatedCluster(seed: 1, settings: settings)
        try cluster.startAll()
        #expect(cluster.run(atMost: .seconds(10)) { cluster.isConverged })
        cluster.run(for: .seconds(3))
        let node = cluster.nodes[0]
        node.stop()
        #expect(cluster.run(atMost: .seconds(5)) { !node.isRunning })
        cluster.cut(0, 1)
        try node.start()
        node.driver?.makeSession = { _, _ in EchoSession() }
        let client = cluster.fabric.attach(host: "10.9.9.9")
        let stream = client.connect(to: SimulatedCluster.address(0))
        cluster.run(for: .milliseconds(10))
        #expect(client.write(stream, [7].span) == .accepted(1))
        let gathering = settings.limits.gathering
        cluster.run(for: gathering + .milliseconds(100))
        var buffer: [UInt8] = [0]
        var destination = buffer.mutableSpan
        #expect(client.read(stream, into: &destination) == .bytes(1))
    }
}
