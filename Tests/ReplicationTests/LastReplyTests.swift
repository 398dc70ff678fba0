import Platform
import Replication
import Simulation
import Testing

/// Whoever was taken in is answered, also by a node that stops or whose disk has failed.
struct LastReplyTests {
    /// Writes a key for every byte, and answers with many bytes when the write is on the disk.
    private final class WritingSession: ClientSession {
        static let replyLength = 300_000

        func receive(
            _ bytes: Span<UInt8>, consumed: inout Int, on connection: ClientConnection, replica: Replica
        ) -> SessionProgress {
            for index in bytes.indices {
                let start = connection.output.bytes.count
                guard let receipt = try? replica.put([bytes[index]].span, [1].span) else { continue }
                connection.output.bytes += [UInt8](repeating: 7, count: WritingSession.replyLength)
                connection.hold(from: start, until: receipt.heldUntil)
            }
            consumed += bytes.count
            return .ready
        }

        func reply(to failure: HeldFailure) -> [UInt8] { [9] }

        func closed() {}
    }

    private struct Scene {
        let cluster: SimulatedCluster
        let client: SimulatedNetwork
        let stream: StreamID

        var node: SimulatedNode { self.cluster.nodes[0] }

        /// One node, and a client that has asked for a write which the disk does not finish yet.
        init() throws {
            var settings = ClusterSettings()
            settings.nodeCount = 1
            self.cluster = SimulatedCluster(seed: 1, settings: settings)
            try self.cluster.startAll()
            self.cluster.run(for: .seconds(2))
            self.cluster.nodes[0].driver?.makeSession = { _, _ in WritingSession() }
            self.client = self.cluster.fabric.attach(host: "10.9.9.9")
            self.stream = self.client.connect(to: SimulatedCluster.address(0))
            self.cluster.run(for: .milliseconds(10))
        }

        /// Reads until the other side ends the connection, or falls silent.
        func readAll() -> (bytes: [UInt8], hasEnded: Bool) {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            for _ in 0..<2000 {
                var destination = buffer.mutableSpan
                switch self.client.read(self.stream, into: &destination) {
                case .bytes(let count): bytes += buffer[..<count]
                case .wouldBlock: self.cluster.run(for: .milliseconds(20))
                case .end, .failed: return (bytes, true)
                }
            }
            return (bytes, false)
        }
    }

    @Test func `a node that stops sends all of its last replies`() throws {
        let scene = try Scene()
        defer { scene.cluster.discard() }
        #expect(scene.client.write(scene.stream, [1].span) == .accepted(1))
        scene.cluster.run(for: .milliseconds(300))
        scene.node.stop()
        let (bytes, hasEnded) = scene.readAll()
        #expect(hasEnded)
        #expect(bytes.count == WritingSession.replyLength)
    }

    @Test func `a client whose write met a failed disk is told so, and let go`() throws {
        let scene = try Scene()
        defer { scene.cluster.discard() }
        scene.node.machine.files.failNextSync()
        #expect(scene.client.write(scene.stream, [1].span) == .accepted(1))
        let (bytes, hasEnded) = scene.readAll()
        #expect(hasEnded)
        #expect(bytes == [9])
    }
}
