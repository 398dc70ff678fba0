import Platform
import Simulation
import Testing

struct SimulatedStreamTests {
    static let seeds = Array(UInt64(1)...UInt64(20))

    private static func conditions(smallChunks: Double, buffers: Int) -> NetworkConditions {
        var conditions = NetworkConditions()
        conditions.smallChunkRate = smallChunks
        conditions.sendBuffer = buffers
        conditions.receiveBuffer = buffers
        return conditions
    }

    @Test(arguments: seeds)
    func `bytes arrive in order, however they are cut`(seed: UInt64) throws {
        let world = NetworkFixture(seed: seed, conditions: Self.conditions(smallChunks: 0.7, buffers: 700))
        let (left, right) = try world.connect()
        let text = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 256) }
        var written = 0
        var received: [UInt8] = []
        var sizes: Set<Int> = []
        while received.count < text.count {
            if case .accepted(let count) = world.write(Array(text[written...]), to: left, on: world.left) {
                written += count
            }
            try #require(world.scheduler.step() || written < text.count)
            let (_, bytes) = world.read(right, on: world.right, limit: 300)
            received += bytes
            sizes.insert(bytes.count)
        }
        #expect(received == text)
        #expect(sizes.contains { $0 > 0 && $0 <= 8 })
    }

    @Test(arguments: seeds)
    func `a reader that does not read holds the writer back`(seed: UInt64) throws {
        let world = NetworkFixture(seed: seed, conditions: Self.conditions(smallChunks: 0.1, buffers: 1000))
        let (left, right) = try world.connect()
        let block = [UInt8](repeating: 7, count: 600)
        var written = 0
        for _ in 0..<20 {
            guard case .accepted(let count) = world.write(block, to: left, on: world.left) else { break }
            written += count
            world.scheduler.run(for: .seconds(1))
        }
        #expect(written == 2000, "one buffer full at either end")
        world.left.setWriting(left, true)
        #expect(!world.left.hasEvents)
        var received = 0
        while case (.bytes(let count), _) = world.read(right, on: world.right) {
            received += count
            world.scheduler.run(for: .seconds(1))
        }
        #expect(received == 2000)
        guard case .writable(left)? = world.events(of: world.left).first else {
            Issue.record("the writer was not told")
            return
        }
    }

    @Test func `readiness is reported again until it is gone or unwanted`() throws {
        let world = NetworkFixture(seed: 1)
        let (left, right) = try world.connect()
        _ = world.write([1, 2], to: left, on: world.left)
        world.scheduler.run(for: .seconds(1))
        for _ in 0..<2 {
            guard case .readable(right)? = world.events(of: world.right).first else {
                Issue.record("not readable")
                return
            }
        }
        world.right.setReading(right, false)
        #expect(!world.right.hasEvents)
        world.right.setReading(right, true)
        #expect(world.read(right, on: world.right).1 == [1, 2])
        #expect(!world.right.hasEvents)
        #expect(world.read(right, on: world.right).0 == .wouldBlock)
    }

    @Test func `nobody listening means refused, an unknown machine unreachable`() throws {
        let world = NetworkFixture(seed: 1)
        let refused = world.left.connect(to: NetworkFixture.target)
        let unreachable = world.left.connect(to: NetworkAddress(host: "10.9.9.9", port: 1))
        world.scheduler.run(for: .seconds(1))
        let events = world.events(of: world.left)
        #expect(world.closing(of: refused, in: events) == .connectionRefused)
        #expect(world.closing(of: unreachable, in: events) == .unreachable)
    }

    @Test func `a machine without power lets connections time out`() throws {
        let world = NetworkFixture(seed: 1)
        _ = try world.right.listen(on: NetworkFixture.target)
        world.right.crash(isSilent: true)
        let stream = world.left.connect(to: NetworkFixture.target)
        world.scheduler.run(for: .seconds(60))
        #expect(world.closing(of: stream, in: world.events(of: world.left)) == .timedOut)
    }

    @Test func `what was written before closing arrives, then the end`() throws {
        let world = NetworkFixture(seed: 1)
        let (left, right) = try world.connect()
        _ = world.write([1, 2, 3], to: left, on: world.left)
        world.left.close(left)
        world.scheduler.run(for: .seconds(1))
        #expect(world.read(right, on: world.right).1 == [1, 2, 3])
        #expect(world.read(right, on: world.right).0 == .end)
        #expect(!world.left.hasEvents, "no event of a closed stream follows")
    }

    @Test func `bytes for a side that has closed are answered by a reset`() throws {
        let world = NetworkFixture(seed: 1)
        let (left, right) = try world.connect()
        world.left.close(left)
        world.scheduler.run(for: .seconds(1))
        _ = world.write([1], to: right, on: world.right)
        world.scheduler.run(for: .seconds(1))
        #expect(world.closing(of: right, in: world.events(of: world.right)) == .connectionReset)
    }

    @Test(arguments: [false, true])
    func `a machine that fails resets its streams, a silent one when it is back`(isSilent: Bool) throws {
        let world = NetworkFixture(seed: 1)
        let (left, right) = try world.connect()
        world.right.crash(isSilent: isSilent)
        world.scheduler.run(for: .seconds(1))
        if isSilent {
            #expect(!world.left.hasEvents)
            _ = world.write([1], to: left, on: world.left)
            world.scheduler.run(for: .seconds(1))
            #expect(!world.left.hasEvents)
            world.right.restorePower()
            world.scheduler.run(for: .seconds(5))
        }
        #expect(world.closing(of: left, in: world.events(of: world.left)) == .connectionReset)
        #expect(world.read(right, on: world.right).0 != .wouldBlock, "the stream is unknown after the crash")
    }

    @Test func `a connection given up while opening leaves nothing at the listener`() throws {
        for seed in Self.seeds {
            let world = NetworkFixture(seed: seed)
            _ = try world.right.listen(on: NetworkFixture.target)
            let stream = world.left.connect(to: NetworkFixture.target)
            world.scheduler.step()
            world.left.close(stream)
            world.scheduler.run(for: .seconds(1))
            let events = world.events(of: world.right)
            if case .accepted(let accepted, from: _)? = events.first {
                #expect(world.closing(of: accepted, in: events) == .connectionReset)
            }
        }
    }

    @Test func `one machine reaches itself by its address and by loopback`() throws {
        let world = NetworkFixture(seed: 1)
        _ = try world.left.listen(on: NetworkAddress(host: "0.0.0.0", port: 9000))
        for host in ["127.0.0.1", "10.0.0.1"] {
            let stream = world.left.connect(to: NetworkAddress(host: host, port: 9000))
            world.scheduler.run(for: .seconds(1))
            let events = world.events(of: world.left)
            #expect(events.contains { if case .connected(stream) = $0 { true } else { false } })
            #expect(events.contains { if case .accepted(_, let from) = $0 { from.host == host } else { false } })
        }
    }

    @Test func `a listener on loopback refuses others`() throws {
        let world = NetworkFixture(seed: 1)
        let bound = try world.right.listen(on: NetworkAddress(host: "127.0.0.1", port: 0))
        #expect(bound.port != 0)
        let stream = world.left.connect(to: NetworkAddress(host: "10.0.0.2", port: bound.port))
        world.scheduler.run(for: .seconds(1))
        #expect(world.closing(of: stream, in: world.events(of: world.left)) == .connectionRefused)
        let error = #expect(throws: SystemCallError.self) { try world.right.listen(on: NetworkFixture.target) }
        #expect(error?.kind == .addressInUse)
    }

    @Test func `a paused listener keeps connections waiting`() throws {
        let world = NetworkFixture(seed: 1)
        _ = try world.right.listen(on: NetworkFixture.target)
        world.right.pauseAccepting(true)
        _ = world.left.connect(to: NetworkFixture.target)
        world.scheduler.run(for: .seconds(1))
        #expect(world.events(of: world.right).isEmpty)
        #expect(world.left.hasEvents)
        world.right.pauseAccepting(false)
        #expect(world.events(of: world.right).count == 1)
    }
}
