import ByteCoding
import Causality
import DataModel
import TestSupport
import Testing

/// Random walks of a few replicas that count, read tokens, count again under stale tokens, reset and
/// exchange; at the end every replica must show exactly what the causal history says.
struct CounterExplorationTests {
    /// What one replica holds of the key.
    private struct Replica {
        var context = CausalContext()
        var live: [Record] = []
        var sequence: UInt64 = 0

        var siblings: [Sibling] {
            self.live.filter { $0.operation != .delete }.map(CounterExplorationTests.sibling)
        }

        /// DESIGN's rule for receiving a record.
        mutating func apply(_ record: Record) {
            guard !self.context.contains(record.dot) else { return }
            self.context.insert(record.dot)
            self.live.removeAll { record.covers($0.dot) }
            if !self.live.contains(where: { $0.covers(record.dot) }) { self.live.append(record) }
        }

        mutating func exchange(from other: Replica) {
            for record in other.live { self.apply(record) }
            self.context.formUnion(other.context)
        }
    }

    private static func sibling(_ record: Record) -> Sibling {
        Sibling(
            dot: record.dot, clock: record.clock, timestamp: record.timestamp, operation: record.operation,
            value: record.value, expiry: record.expiry)
    }

    /// The replicas and, for each write, the changes that its value contains: the oracle.
    private struct World {
        var replicas = [Replica](repeating: Replica(), count: 3)
        var token: (replica: Int, read: [Record])?
        var history: [Dot: [Dot: Int64]] = [:]

        /// Writes on a replica over the records that were read; an `amount` of nil resets.
        mutating func write(_ amount: Int64?, on number: Int, over read: [Record]) {
            let peer = PeerID(rawValue: UInt64(number))
            self.replicas[number].sequence += 1
            let dot = Dot(peer: peer, sequence: self.replicas[number].sequence)
            var context = CausalContext()
            for record in read {
                context.formUnion(record.fullContext)
                context.insert(record.dot)
            }
            let counted = read.filter { $0.operation == .count }
            var counter = CounterValue(joining: counted.map(CounterExplorationTests.sibling))
            if let amount {
                // An own record that is live no more, because a reset or a later increment has replaced
                // it, may live on inside another replica's: its entries are closed.
                let live = Set(self.replicas[number].live.map(\.dot))
                let own = CounterValue(
                    joining: counted.filter { $0.dot.peer == peer && live.contains($0.dot) }
                        .map(CounterExplorationTests.sibling))
                var continued = own.entries.last { $0.dot.peer == peer }?.dot
                let outside = self.replicas[number].live.filter { !context.contains($0.dot) }
                if let entry = continued,
                    CounterValue(joining: outside.map(CounterExplorationTests.sibling)).holds(entry)
                {
                    continued = nil
                }
                counter.add(amount, opening: dot, continuing: continued)
                self.history[dot] = counted.reduce(into: [dot: amount]) { history, record in
                    history.merge(self.history[record.dot] ?? [:]) { one, _ in one }
                }
            }
            self.replicas[number].apply(
                Record(
                    dot: dot, clock: 0, timestamp: HybridTimestamp(rawValue: 0),
                    operation: amount == nil ? .delete : .count, key: [],
                    value: amount == nil ? [] : counter.encoded, context: context, replacesAllEarlier: false))
        }

        mutating func step(_ generator: inout SeededGenerator, stale: Bool, resets: Bool) {
            let number = Int.random(in: 0..<self.replicas.count, using: &generator)
            let live = self.replicas[number].live
            let amount = Int64.random(in: -3...5, using: &generator)
            switch UInt64.random(in: 0..<8, using: &generator) {
            case 0, 1, 2:
                self.write(amount, on: number, over: live)
            case 3:
                self.token = (number, live)
            case 4:
                guard stale, let token = self.token else { return }
                self.write(amount, on: token.replica, over: token.read)
            case 5, 6:
                self.replicas[number].exchange(
                    from: self.replicas[Int.random(in: 0..<self.replicas.count, using: &generator)])
            default:
                guard resets, !live.isEmpty else { return }
                self.write(nil, on: number, over: live)
            }
        }

        mutating func settle() {
            for _ in 0..<2 {
                for one in self.replicas.indices {
                    for other in self.replicas.indices where one != other {
                        self.replicas[one].exchange(from: self.replicas[other])
                    }
                }
            }
        }
    }

    @Test(arguments: [false, true], [false, true])
    func `counters are exact in every history`(stale: Bool, resets: Bool) {
        for seed in 0..<500 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var world = World()
            for _ in 0..<Int.random(in: 5...25, using: &generator) {
                world.step(&generator, stale: stale, resets: resets)
            }
            world.settle()
            var contained: [Dot: Int64] = [:]
            for record in world.replicas[0].live where record.operation == .count {
                contained.merge(world.history[record.dot] ?? [:]) { one, _ in one }
            }
            let wanted = contained.values.reduce(0, +)
            for replica in world.replicas {
                #expect(replica.context == world.replicas[0].context)
                #expect(Set(replica.live.map(\.dot)) == Set(world.replicas[0].live.map(\.dot)))
                #expect(CounterValue(joining: replica.siblings).total == wanted, "seed \(seed)")
            }
            if !resets {
                #expect(wanted == world.history.reduce(0) { $0 + ($1.value[$1.key] ?? 0) }, "seed \(seed)")
            }
        }
    }

    @Test func `an entry that was reset is not continued from a stale token`() {
        var world = World()
        world.write(1, on: 0, over: [])
        let token = world.replicas[0].live
        world.write(1, on: 0, over: token)
        world.replicas[1].exchange(from: world.replicas[0])
        world.write(1, on: 1, over: world.replicas[1].live)
        world.write(nil, on: 0, over: world.replicas[0].live)
        world.write(1, on: 0, over: token)
        world.settle()
        #expect(CounterValue(joining: world.replicas[0].siblings).total == 4)
    }

    @Test func `one total in place of entries would be wrong, so the walks can tell`() {
        // Two replicas read 1, each adds one; the larger of the totals forgets an increment.
        var world = World()
        world.write(1, on: 0, over: [])
        world.replicas[1].exchange(from: world.replicas[0])
        world.write(1, on: 0, over: world.replicas[0].live)
        world.write(1, on: 1, over: world.replicas[1].live)
        world.settle()
        let totals = world.replicas[0].siblings.map { CounterValue(joining: [$0]).total }
        #expect(totals == [2, 2])
        #expect(CounterValue(joining: world.replicas[0].siblings).total == 3)
    }
}
