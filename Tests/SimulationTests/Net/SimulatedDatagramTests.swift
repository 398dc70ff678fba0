import Platform
import Simulation
import Testing

struct SimulatedDatagramTests {
    static let group = MulticastGroup(address: NetworkAddress(host: "239.1.2.3", port: 7000))

    private func world(_ conditions: NetworkConditions) throws -> NetworkFixture {
        let world = NetworkFixture(seed: 5, conditions: conditions)
        try world.left.joinMulticast(Self.group, interface: nil)
        try world.right.joinMulticast(Self.group, interface: "10.0.0.2")
        return world
    }

    private func datagrams(_ events: [Event]) -> [[UInt8]] {
        events.compactMap { if case .datagram(let bytes, from: _) = $0 { bytes } else { nil } }
    }

    @Test func `a datagram reaches every member, the sender included, with an address to dial`() throws {
        let world = try self.world(NetworkConditions())
        world.left.sendMulticast([1, 2].span)
        world.scheduler.run(for: .seconds(1))
        for network in [world.left, world.right] {
            guard case .datagram([1, 2], let source)? = world.events(of: network).first else {
                Issue.record("no datagram")
                continue
            }
            #expect(source.host == "10.0.0.1")
        }
    }

    @Test func `datagrams are lost, repeated and overtake each other`() throws {
        var conditions = NetworkConditions()
        conditions.datagramLossRate = 0.3
        conditions.datagramDuplicationRate = 0.3
        let world = try self.world(conditions)
        for number in 0..<UInt8(100) {
            world.left.sendMulticast([number].span)
        }
        world.scheduler.run(for: .seconds(1))
        let received = self.datagrams(world.events(of: world.right)).map { $0[0] }
        #expect(Set(received).count < 100)
        #expect(received.count > Set(received).count)
        #expect(received != received.sorted())
        #expect(world.fabric.faultCounts.lostDatagrams > 10)
    }

    @Test func `a cut link and a full queue lose datagrams`() throws {
        var conditions = NetworkConditions()
        conditions.datagramQueue = 4
        let world = try self.world(conditions)
        for _ in 0..<10 {
            world.left.sendMulticast([1].span)
        }
        world.scheduler.run(for: .seconds(1))
        #expect(self.datagrams(world.events(of: world.right)).count == 4)
        world.fabric.cut(from: "10.0.0.1", to: "10.0.0.2")
        world.left.sendMulticast([1].span)
        world.scheduler.run(for: .seconds(1))
        #expect(world.events(of: world.right).isEmpty)
    }

    @Test func `a group joined on loopback stays on the machine`() throws {
        let world = try self.world(NetworkConditions())
        try world.left.joinMulticast(Self.group, interface: "127.0.0.1")
        world.left.sendMulticast([1].span)
        world.scheduler.run(for: .seconds(1))
        #expect(world.events(of: world.left).count == 1)
        #expect(world.events(of: world.right).isEmpty)
        #expect(throws: SystemCallError.self) { try world.left.joinMulticast(Self.group, interface: "10.7.7.7") }
    }

    @Test func `names resolve to all their hosts, numeric ones to themselves`() throws {
        let world = NetworkFixture(seed: 1)
        world.fabric.register(name: "db", hosts: ["10.0.0.1", "10.0.0.2"])
        for (token, name) in ["db", "10.0.0.9", "nowhere"].enumerated() {
            world.left.resolve(name, port: 9, token: UInt64(token))
        }
        world.scheduler.run(for: .seconds(1))
        var answers: [UInt64: [String]] = [:]
        for case .resolved(token: let token, let result) in world.events(of: world.left) {
            answers[token] = ((try? result.get()) ?? []).map(\.description)
        }
        #expect(answers == [0: ["10.0.0.1:9", "10.0.0.2:9"], 1: ["10.0.0.9:9"], 2: []])
    }
}
