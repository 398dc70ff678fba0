import Platform
import Simulation
import Testing

/// Whole machines with a small process on each: it stores every byte it gets, then sends it back.
struct SimulatedMachineTests {
    /// An echo that answers after the byte is on disk.
    private final class Echo {
        let environment: SimulatedEnvironment
        let file: FileID
        var stream: StreamID?
        var waiting: [UInt64: (StreamID, UInt8)] = [:]
        var nextJob: UInt64 = 1
        var echoed: [UInt8] = []

        init(_ environment: SimulatedEnvironment, dialling target: NetworkAddress?) throws {
            self.environment = environment
            if let target {
                self.stream = environment.network.connect(to: target)
            } else {
                _ = try environment.network.listen(on: NetworkAddress(host: environment.network.host, port: 9000))
            }
            try environment.files.createDirectory("d")
            self.file =
                environment.files.exists("d/f")
                ? try environment.files.open("d/f", .readWrite) : try environment.files.open("d/f", .create)
        }

        func turn() -> Instant? {
            var events: [Event] = []
            self.environment.takeEvents(into: &events)
            for event in events {
                self.take(event)
            }
            return nil
        }

        private func take(_ event: Event) {
            switch event {
            case .connected(let stream):
                _ = self.environment.network.write(stream, [1, 2, 3].span)
            case .readable(let stream):
                self.read(stream)
            case .stored(let id, .success):
                guard let (stream, byte) = self.waiting.removeValue(forKey: id) else { return }
                _ = self.environment.network.write(stream, [byte].span)
            case .stored(_, .failure), .accepted, .writable, .closed, .datagram, .resolved:
                break
            }
        }

        private func read(_ stream: StreamID) {
            var buffer: [UInt8] = [0]
            var span = buffer.mutableSpan
            switch self.environment.network.read(stream, into: &span) {
            case .bytes where stream == self.stream:
                self.echoed.append(buffer[0])
                self.environment.trace(TraceRecord(.info, "echo", "An echo.", [.init("byte", "\(buffer[0])")]))
            case .bytes:
                let steps: [StorageJob.Step] = [
                    .write(self.file, offset: self.nextJob, bytes: buffer), .sync(self.file),
                ]
                self.waiting[self.nextJob] = (stream, buffer[0])
                self.environment.files.submit(StorageJob(id: self.nextJob, lane: .commit, steps: steps))
                self.nextJob += 1
            case .end, .failed:
                self.environment.network.close(stream)
            case .wouldBlock:
                break
            }
        }
    }

    private final class World {
        let scheduler: SimulationScheduler
        let fabric: NetworkFabric
        let server: SimulatedMachine
        let client: SimulatedMachine
        var echo: Echo?

        init(seed: UInt64) throws {
            self.scheduler = SimulationScheduler(seed: seed)
            self.fabric = NetworkFabric(scheduler: self.scheduler)
            self.server = SimulatedMachine(
                name: "server", host: "10.0.0.2", scheduler: self.scheduler, fabric: self.fabric)
            self.client = SimulatedMachine(
                name: "client", host: "10.0.0.1", scheduler: self.scheduler, fabric: self.fabric)
            try self.startServer()
        }

        func startServer() throws {
            try self.server.start { environment throws in
                let echo = try Echo(environment, dialling: nil)
                return { echo.turn() }
            }
        }

        func startClient() throws {
            try self.client.start { environment throws in
                let echo = try Echo(environment, dialling: NetworkAddress(host: "10.0.0.2", port: 9000))
                self.echo = echo
                return { echo.turn() }
            }
        }
    }

    private func hash(seed: UInt64) throws -> UInt64 {
        let world = try World(seed: seed)
        try world.startClient()
        world.scheduler.run(for: .seconds(1))
        world.server.crash(isSilent: false)
        world.scheduler.run(for: .seconds(1))
        let hash = world.scheduler.traceHash
        world.scheduler.discard()
        return hash
    }

    @Test(arguments: UInt64(1)...10)
    func `one seed is one run, two seeds are two`(seed: UInt64) throws {
        #expect(try self.hash(seed: seed) == self.hash(seed: seed))
        #expect(try self.hash(seed: seed) != self.hash(seed: seed + 1))
    }

    @Test func `a process gets its turns from the network and the disk`() throws {
        let world = try World(seed: 1)
        try world.startClient()
        world.scheduler.run(for: .seconds(1))
        #expect(world.echo?.echoed == [1, 2, 3])
        #expect(world.server.files.durableContents(of: "d/f") == [0, 1, 2, 3])
        world.scheduler.discard()
    }

    @Test func `a paused process does nothing and goes on where it was`() throws {
        let world = try World(seed: 1)
        world.server.pause()
        try world.startClient()
        world.scheduler.run(for: .seconds(1))
        #expect(world.echo?.echoed.isEmpty == true)
        world.server.resume()
        world.scheduler.run(for: .seconds(1))
        #expect(world.echo?.echoed == [1, 2, 3])
        world.scheduler.discard()
    }

    @Test func `a killed process starts again on what it wrote`() throws {
        let world = try World(seed: 1)
        try world.startClient()
        world.scheduler.run(for: .seconds(1))
        world.server.kill()
        #expect(!world.server.isRunning)
        try world.startServer()
        world.client.kill()
        try world.startClient()
        world.scheduler.run(for: .seconds(1))
        #expect(world.echo?.echoed == [1, 2, 3])
        world.scheduler.discard()
    }

    @Test func `a discarded world leaves no memory behind`() throws {
        weak var machine: SimulatedMachine?
        weak var scheduler: SimulationScheduler?
        weak var fabric: NetworkFabric?
        do {
            let world = try World(seed: 1)
            try world.startClient()
            world.scheduler.run(for: .milliseconds(2))
            (machine, scheduler, fabric) = (world.server, world.scheduler, world.fabric)
            world.scheduler.discard()
        }
        #expect(machine == nil && scheduler == nil && fabric == nil)
    }

    @Test func `a wall clock drifts and jumps, each machine its own`() throws {
        let start = Instant(nanoseconds: 1_000_000_000)
        var clock = SimulatedClock(startingAt: start, offset: 500, drift: 1000)
        let first = clock.reading(at: start)
        #expect(first.milliseconds == SimulatedClock.beginning + 1000 + 500)
        #expect(clock.reading(at: start + .seconds(10)).milliseconds == first.milliseconds + 10_010)
        clock.jump(by: -60_000, at: start + .seconds(10))
        #expect(clock.reading(at: start + .seconds(10)).milliseconds == first.milliseconds + 10_010 - 60_000)
        clock.setDrift(-500_000, at: start + .seconds(10))
        #expect(clock.reading(at: start + .seconds(12)).milliseconds == first.milliseconds + 11_010 - 60_000)
    }
}
