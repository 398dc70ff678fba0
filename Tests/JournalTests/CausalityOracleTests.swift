import Causality
import DataModel
import Journal
import Simulation
import Testing

@Suite struct CausalityOracleTests {
    /// Three journals and three oracles that are told the same.
    struct World {
        var journals: [JournalHarness] = []
        var oracles: [NaiveReplica] = []
        /// Every record ever written, encoded, with the oracle's view of it.
        var written: [(record: Record, bytes: [UInt8])] = []
        var tokens: [CausalContext] = []
        var random: SimulationRandom

        init(seed: UInt64) throws {
            self.random = SimulationRandom(seed: seed)
            for node in 0..<3 {
                let journal = try JournalHarness(seed: seed &* 3 &+ UInt64(node))
                self.journals.append(journal)
                self.oracles.append(NaiveReplica(peer: journal.journal.identity.peer))
            }
        }

        mutating func step() throws {
            let node = self.random.below(3)
            switch self.random.below(20) {
            case 0..<6: try self.write(node)
            case 6..<13: try self.receive(node)
            case 13: try self.join(node, self.random.below(3))
            case 14: self.read(node)
            case 15: self.journals[node].flush(sync: self.random.chance(0.7))
            case 16: self.journals[node].prepare()
            case 17: try self.dropAbsent(node, self.random.below(3))
            case 18:
                try self.journals[node].journal.close()
                try self.journals[node].reopen()
                #expect(self.journals[node].journal.opening.minted == nil)
            default: self.read(node)
            }
            #expect(try self.journals[node].state() == self.oracles[node].state)
        }

        private mutating func write(_ node: Int) throws {
            let key = ["x", "y", "z"][self.random.below(3)]
            let isDelete = self.random.chance(0.3)
            let token = self.random.chance(0.5) ? self.tokens.randomElement(using: &self.random) : nil
            let value = isDelete ? [] : [UInt8](repeating: UInt8(self.random.below(256)), count: self.random.below(40))
            let operation: Operation = isDelete ? .delete : .put
            let result = try self.journals[node].write(key, value, operation: operation, token: token)
            let record = self.oracles[node].write(
                Array(key.utf8), value, operation, token: token.map { Set($0.dots) },
                timestamp: HybridTimestamp(milliseconds: self.journals[node].clock, counter: 0))
            #expect(result.dot == record.dot && result.clock == record.clock)
            self.written.append((record, try self.journals[node].encoded(record.dot)))
        }

        private mutating func receive(_ node: Int) throws {
            guard let sent = self.written.randomElement(using: &self.random) else { return }
            let known = self.oracles[node].context.contains(sent.record.dot)
            let reception = try self.journals[node].receive(sent.bytes)
            self.oracles[node].receive(sent.record)
            #expect(reception.isIgnored == known)
        }

        private mutating func join(_ node: Int, _ other: Int) throws {
            let source = self.journals[other].journal
            try self.journals[node].join(source.context, floor: source.floor)
            self.oracles[node].join(self.oracles[other].context, self.oracles[other].floor)
        }

        private mutating func dropAbsent(_ node: Int, _ other: Int) throws {
            let closing = self.journals[other].journal.context
            let streamed = CausalContext(
                self.journals[other].journal.context.dots.filter { _ in self.random.chance(0.9) })
            let journal = self.journals[node].journal
            try self.journals[node].makeRoom(journal.absentBytes(closing: closing, streamed: streamed))
            try journal.dropAbsent(closing: closing, streamed: streamed)
            self.oracles[node].dropAbsent(closing: Set(closing.dots), streamed: Set(streamed.dots))
        }

        private mutating func read(_ node: Int) {
            let key = ["x", "y", "z"][self.random.below(3)]
            let index = self.journals[node].journal.index
            guard let slot = index.find(Array(key.utf8).span) else { return }
            let dots = index.records(of: slot).map(\.dot).filter { _ in self.random.chance(0.8) }
            self.tokens.append(CausalContext(dots))
        }
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `journals hold and claim what the plain rules say, also after reopening`(seed: UInt64) throws {
        var world = try World(seed: seed)
        for _ in 0..<150 { try world.step() }
        for node in 0..<3 {
            try world.journals[node].journal.close()
            try world.journals[node].reopen()
            #expect(try world.journals[node].state() == world.oracles[node].state)
            #expect(world.journals[node].journal.ownSequence == world.oracles[node].sequence)
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `records given in any order lead to the same state`(seed: UInt64) throws {
        var world = try World(seed: seed)
        for _ in 0..<60 { try world.step() }
        var states: [StoreState] = []
        for order in 0..<3 as Range<UInt64> {
            var random = SimulationRandom(seed: seed &* 31 &+ order)
            let journal = try JournalHarness(seed: 1000 + order)
            for sent in world.written.shuffled(using: &random) { _ = try journal.receive(sent.bytes) }
            for sent in world.written { #expect(try journal.receive(sent.bytes).isIgnored) }
            var state = try journal.state()
            // The floor says which way a tombstone went, and that depends on the order.
            state.floor = VersionVector()
            states.append(state)
            #expect(journal.journal.liveHash == (try journal.rehash()))
        }
        #expect(Set(states).count == 1)
    }
}

extension JournalHarness {
    /// The live hash of a journal that was given the same records anew.
    func rehash() throws -> (UInt64, UInt64) {
        let other = try JournalHarness(seed: 4711)
        for record in try self.state().records.reversed() { try other.receive(try self.encoded(record.dot)) }
        return other.journal.liveHash
    }
}
