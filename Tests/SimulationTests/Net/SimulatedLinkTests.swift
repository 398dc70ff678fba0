import Platform
import Simulation
import Testing

struct SimulatedLinkTests {
    static let seeds = Array(UInt64(1)...UInt64(20))

    @Test(arguments: seeds)
    func `a stream survives a short cut and loses nothing`(seed: UInt64) throws {
        let world = NetworkFixture(seed: seed)
        let (left, right) = try world.connect()
        world.fabric.cut("10.0.0.1", "10.0.0.2")
        _ = world.write([1, 2, 3], to: left, on: world.left)
        _ = world.write([4], to: right, on: world.right)
        world.scheduler.run(for: .seconds(3))
        #expect(world.read(right, on: world.right).0 == .wouldBlock)
        world.fabric.healAll()
        world.scheduler.run(for: .seconds(3))
        #expect(world.read(right, on: world.right).1 == [1, 2, 3])
        #expect(world.read(left, on: world.left).1 == [4])
    }

    @Test func `a stream whose path stays cut fails at the side that sends`() throws {
        let world = NetworkFixture(seed: 1)
        let (left, _) = try world.connect()
        world.fabric.isolate("10.0.0.2")
        _ = world.write([1], to: left, on: world.left)
        world.scheduler.run(for: .seconds(60))
        #expect(world.closing(of: left, in: world.events(of: world.left)) == .timedOut)
        #expect(!world.right.hasEvents, "who only listens hears nothing")
    }

    @Test func `a one-way cut stops both directions sooner or later`() throws {
        let world = NetworkFixture(seed: 1)
        let (left, right) = try world.connect()
        world.fabric.cut(from: "10.0.0.1", to: "10.0.0.2")
        _ = world.write([1], to: right, on: world.right)
        world.scheduler.run(for: .seconds(1))
        #expect(world.read(left, on: world.left).1 == [1], "this direction is open")
        world.scheduler.run(for: .seconds(60))
        #expect(
            world.closing(of: right, in: world.events(of: world.right)) == .timedOut,
            "but nothing is acknowledged")
    }

    @Test func `dialling over a cut link succeeds if it heals in time`() throws {
        let world = NetworkFixture(seed: 1)
        _ = try world.right.listen(on: NetworkFixture.target)
        world.fabric.cut(from: "10.0.0.2", to: "10.0.0.1")
        let first = world.left.connect(to: NetworkFixture.target)
        world.scheduler.run(for: .seconds(1))
        #expect(!world.left.hasEvents && !world.right.hasEvents)
        world.fabric.heal(from: "10.0.0.2", to: "10.0.0.1")
        world.scheduler.run(for: .seconds(3))
        let events = world.events(of: world.left)
        #expect(events.contains { if case .connected(first) = $0 { true } else { false } })
    }

    @Test func `a clogged link holds bytes back`() throws {
        let world = NetworkFixture(seed: 1)
        let (left, right) = try world.connect()
        world.fabric.clog(from: "10.0.0.1", to: "10.0.0.2", for: .seconds(2))
        _ = world.write([1], to: left, on: world.left)
        world.scheduler.run(for: .seconds(1))
        #expect(world.read(right, on: world.right).0 == .wouldBlock)
        world.scheduler.run(for: .seconds(2))
        #expect(world.read(right, on: world.right).1 == [1])
    }

    @Test func `a reset may fall into the middle of a frame`() throws {
        var conditions = NetworkConditions()
        conditions.smallChunkRate = 1
        conditions.resetRate = 0.1
        var partial = 0
        for seed in Self.seeds {
            let world = NetworkFixture(seed: seed, conditions: conditions)
            let (left, right) = try world.connect()
            _ = world.write([UInt8](repeating: 1, count: 200), to: left, on: world.left)
            var received = 0
            while world.scheduler.step() {
                if case (.bytes(let count), _) = world.read(right, on: world.right) {
                    received += count
                }
            }
            if world.closing(of: right, in: world.events(of: world.right)) == .connectionReset {
                partial += received > 0 && received < 200 ? 1 : 0
            }
        }
        #expect(partial > 0)
    }
}
