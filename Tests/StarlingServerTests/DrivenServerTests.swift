import Journal
import Platform
import RESP
import Replication
import Simulation
import StarlingServer
import Testing

/// The faces behind the real driver, on a simulated machine, spoken to over a simulated network.
struct DrivenServerTests {
    /// A machine that serves, and another with one connection to it.
    private final class World {
        let scheduler: SimulationScheduler
        let fabric: NetworkFabric
        let client: SimulatedNetwork
        let server: SimulatedMachine
        private(set) var stream: StreamID?
        private(set) var received: [UInt8] = []
        private(set) var isClosed = false
        private var unsent: [UInt8] = []

        init(seed: UInt64, outputLength: Int = 4 * 1024 * 1024) throws {
            self.scheduler = SimulationScheduler(seed: seed)
            self.fabric = NetworkFabric(scheduler: self.scheduler)
            self.server = SimulatedMachine(
                name: "server", host: "10.0.0.1", scheduler: self.scheduler, fabric: self.fabric)
            self.client = self.fabric.attach(host: "10.0.0.2")
            let listen = NetworkAddress(host: "10.0.0.1", port: 9000)
            try self.server.start { environment throws in
                let journal = JournalConfiguration(cluster: "tests", segmentLength: 64 * 1024)
                var configuration = ReplicaConfiguration(
                    name: "server", cluster: "tests", listen: listen, journal: journal)
                configuration.limits.outputLength = outputLength
                let replica = Replica(
                    configuration: configuration,
                    journal: try RecordJournal.open(
                        at: "/data", files: environment.files, configuration: journal,
                        random: { environment.random() }),
                    random: { [unowned environment] in environment.random() }, now: environment.now,
                    wallNow: environment.wallNow)
                let driver = ReplicaDriver(environment: environment, replica: replica)
                let faces = ServerFaces(
                    configuration: ServerConfiguration(
                        version: "0.1.0", name: "server", port: 9000, dataPath: "/data"))
                driver.makeSession = faces.makeSessionFactory(replica: replica)
                try driver.listen()
                driver.begin()
                return {
                    driver.turn()
                    return driver.deadline
                }
            }
            self.stream = self.client.connect(to: listen)
        }

        func send(_ bytes: [UInt8]) {
            self.unsent += bytes
        }

        /// Lets the world go on until so many bytes have come back, or the server has closed.
        func run(untilReceived count: Int, within seconds: UInt64 = 60) {
            let end = self.scheduler.now + .seconds(seconds)
            while self.received.count < count, !self.isClosed, self.scheduler.now < end {
                self.exchange()
                self.scheduler.run(for: .microseconds(200))
            }
        }

        /// Sends what can be sent and reads what has come.
        private func exchange() {
            guard let stream = self.stream else { return }
            if !self.unsent.isEmpty, case .accepted(let count) = self.client.write(stream, self.unsent.span) {
                self.unsent.removeFirst(count)
            }
            var buffer = [UInt8](repeating: 0, count: 64 * 1024)
            while true {
                var destination = buffer.mutableSpan
                switch self.client.read(stream, into: &destination) {
                case .bytes(let count):
                    self.received += buffer[..<count]
                    continue
                case .wouldBlock: return
                case .end, .failed:
                    self.isClosed = true
                    return
                }
            }
        }
    }

    @Test(arguments: 1...5)
    func `a client gets its replies once they are durable`(seed: UInt64) throws {
        let world = try World(seed: seed)
        world.send(TestClient.encode("SET k v") + TestClient.encode("GET k"))
        let expected = Array("+OK\r\n$1\r\nv\r\n".utf8)
        world.run(untilReceived: expected.count)
        #expect(world.received == expected)
    }

    @Test(arguments: 1...3)
    func `a client that asks for more than is kept for it at once gets it all`(seed: UInt64) throws {
        let world = try World(seed: seed, outputLength: 10_000)
        let value = String(repeating: "v", count: 3_000)
        world.send(TestClient.encode("SET k \(value)"))
        world.send((0..<100).flatMap { _ in TestClient.encode("GET k") })
        let count = 5 + 100 * (3_000 + 9)
        world.run(untilReceived: count)
        #expect(world.received.count == count)
    }

    @Test(arguments: 1...3)
    func `writes that have to wait for room are all answered`(seed: UInt64) throws {
        let world = try World(seed: seed)
        let value = String(repeating: "v", count: 5_000)
        world.send((0..<100).flatMap { TestClient.encode("SET k\($0) \(value)") } + TestClient.encode("DBSIZE"))
        let expected = String(repeating: "+OK\r\n", count: 100) + ":100\r\n"
        world.run(untilReceived: expected.utf8.count)
        #expect(String(decoding: world.received, as: UTF8.self) == expected)
    }

    @Test func `a client that is waiting for acknowledgements is answered at its time`() throws {
        let world = try World(seed: 1)
        world.send(TestClient.encode("SET k v") + TestClient.encode("WAIT 1 300") + TestClient.encode("PING"))
        let expected = Array("+OK\r\n:0\r\n+PONG\r\n".utf8)
        world.run(untilReceived: expected.count)
        #expect(world.received == expected)
    }

    @Test(arguments: ["QUIT", "CLIENT KILL ID 1", "CLIENT KILL ID 1 SKIPME no"])
    func `a client that asks for its end is closed after its reply`(request: String) throws {
        let world = try World(seed: 1)
        world.send(TestClient.encode(request))
        world.run(untilReceived: .max, within: 2)
        // Without SKIPME a client does not end itself.
        #expect(world.isClosed == (request != "CLIENT KILL ID 1"))
        #expect(!world.received.isEmpty)
    }
}
