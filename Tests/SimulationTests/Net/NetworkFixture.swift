import Platform
import Simulation
import Testing

/// Two machines on a network, and short ways to have them talk without any process.
struct NetworkFixture {
    let scheduler: SimulationScheduler
    let fabric: NetworkFabric
    let left: SimulatedNetwork
    let right: SimulatedNetwork
    static let target = NetworkAddress(host: "10.0.0.2", port: 9000)

    init(seed: UInt64, conditions: NetworkConditions = NetworkConditions()) {
        self.scheduler = SimulationScheduler(seed: seed)
        self.fabric = NetworkFabric(scheduler: self.scheduler, conditions: conditions)
        self.left = self.fabric.attach(host: "10.0.0.1")
        self.right = self.fabric.attach(host: "10.0.0.2")
    }

    func events(of network: SimulatedNetwork) -> [Event] {
        var events: [Event] = []
        network.takeEvents(into: &events)
        return events
    }

    /// Lets the right machine listen, the left one dial, and both learn of it.
    func connect() throws -> (left: StreamID, right: StreamID) {
        _ = try self.right.listen(on: Self.target)
        let dialled = self.left.connect(to: Self.target)
        self.scheduler.run(for: .seconds(1))
        guard case .connected(dialled)? = self.events(of: self.left).first else {
            throw SystemCallError(kind: .other, call: "connect", subject: "fixture", reason: "not connected")
        }
        guard case .accepted(let accepted, from: _)? = self.events(of: self.right).first else {
            throw SystemCallError(kind: .other, call: "accept", subject: "fixture", reason: "not accepted")
        }
        return (dialled, accepted)
    }

    func write(_ bytes: [UInt8], to stream: StreamID, on network: SimulatedNetwork) -> WriteResult {
        network.write(stream, bytes.span)
    }

    /// Reads once, up to `limit` bytes.
    func read(_ stream: StreamID, on network: SimulatedNetwork, limit: Int = 1 << 16) -> (ReadResult, [UInt8]) {
        var buffer = [UInt8](repeating: 0, count: limit)
        var span = buffer.mutableSpan
        let result = network.read(stream, into: &span)
        guard case .bytes(let count) = result else { return (result, []) }
        return (result, Array(buffer.prefix(count)))
    }

    /// The reason why the stream was closed, if these events say so.
    func closing(of stream: StreamID, in events: [Event]) -> SystemCallError.Kind? {
        for case .closed(stream, let error?) in events {
            return error.kind
        }
        return nil
    }
}
