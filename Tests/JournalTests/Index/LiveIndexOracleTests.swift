import Causality
import DataModel
import Journal
import TestSupport
import Testing

/// Random operations on a ``LiveIndex`` against an ``IndexOracle``.
struct LiveIndexOracleTests {
    /// What one run has so far.
    struct Run {
        let index: LiveIndex
        var oracle = IndexOracle()
        var random: SeededGenerator
        let keys: [[UInt8]]
        let peers: [UInt64] = [7, 3, .max, 0, 41]
        var sequences: [UInt64: UInt64] = [:]
        var lsn: UInt64 = 1
        var synced: UInt64 = 0
        var now: UInt64 = 1000

        init(seed: UInt64, keys: Int) {
            self.index = LiveIndex(hashSeed: seed)
            self.random = SeededGenerator(seed: seed)
            self.keys = Self.makeKeys(keys, &self.random)
        }

        /// Keys of all lengths, with shared beginnings, zeros and 0xFF bytes, and the empty key.
        static func makeKeys(_ count: Int, _ random: inout SeededGenerator) -> [[UInt8]] {
            let alphabet: [UInt8] = [0, 1, 0x61, 0xFE, 0xFF]
            let long = [UInt8](repeating: 0x78, count: 700)
            return [[]]
                + (0..<count).map { index in
                    switch random.below(5) {
                    case 0: Array("key:\(String(repeating: "0", count: 9))\(random.below(10_000))".utf8)
                    case 1: (0..<random.below(6)).map { _ in alphabet[random.below(5)] }
                    case 2: Array(long[0..<random.below(700)]) + [UInt8(random.below(256))]
                    case 3: (0..<random.below(24)).map { _ in UInt8(random.below(256)) }
                    default: Array("user:\(index)".utf8)
                    }
                }
        }

        mutating func makeEntry(_ peer: UInt64) -> IndexOracle.Entry {
            // Now and then a gap, also one that no 32-bit distance reaches.
            let step = self.random.chance(95) ? 1 : (self.random.chance(90) ? 3 : UInt64(1) << 33)
            let sequence = self.sequences[peer, default: 0] + step
            self.sequences[peer] = sequence
            self.lsn += UInt64(1 + self.random.below(50))
            // Now and then a number that does not fit a packed slot.
            let huge = self.random.chance(3)
            let record = sampleRecord(
                peer: peer, sequence: sequence, operation: self.random.chance(20) ? .delete : .put, lsn: self.lsn,
                clock: huge ? 1 << 40 : nil)
            var context = CausalContext()
            if self.random.chance(10) {
                context.insert(Dot(peer: PeerID(rawValue: 5), sequence: UInt64(1 + self.random.below(9))))
            }
            let expiry = self.random.chance(15) ? self.now + UInt64(self.random.below(500)) : nil
            return IndexOracle.Entry(record: record, context: context, expiry: expiry)
        }

        mutating func step() {
            let key = self.keys[self.random.below(self.keys.count)]
            switch self.random.below(100) {
            case 0..<55: self.write(key)
            case 55..<65: self.addSibling(key)
            case 65..<80: self.removeAll(key)
            case 80..<85: self.move(key)
            case 85..<93: self.sync()
            default: self.expire()
            }
        }

        /// One record replaces all.
        mutating func write(_ key: [UInt8]) {
            let entry = self.makeEntry(self.peers[self.random.below(self.peers.count)])
            let old = self.oracle.live[key].map { $0.keys.sorted() } ?? []
            let retires = self.random.chance(50)
            if old.count == 1, let slot = self.index.find(key), self.random.chance(80) {
                self.index.replaceOnly(
                    slot, with: entry.record, context: entry.context, expiry: entry.expiry,
                    retiringUntil: retires ? self.lsn : nil)
            } else {
                let slot = self.index.insert(
                    entry.record, context: entry.context, expiry: entry.expiry, key: key.span)
                for dot in old {
                    let removed =
                        retires
                        ? self.index.retire(dot, from: slot, until: self.lsn) : self.index.remove(dot, from: slot)
                    #expect(removed?.dot == dot)
                }
            }
            self.oracle.insert(entry, key: key)
            for dot in old { self.forget(dot, key, retires) }
        }

        /// One record more, perhaps in the place of some of the others.
        mutating func addSibling(_ key: [UInt8]) {
            let entry = self.makeEntry(self.peers[self.random.below(self.peers.count)])
            if let slot = self.index.find(key), self.random.chance(60) {
                var dropped: [LiveRecord] = []
                for record in self.index.records(of: slot) where self.random.chance(40) { dropped.append(record) }
                self.index.exchange(
                    dropped, for: entry.record, context: entry.context, expiry: entry.expiry, in: slot)
                self.oracle.insert(entry, key: key)
                for record in dropped { self.forget(record.dot, key, false) }
                return
            }
            self.index.insert(entry.record, context: entry.context, expiry: entry.expiry, key: key.span)
            self.oracle.insert(entry, key: key)
        }

        mutating func removeAll(_ key: [UInt8]) {
            guard let slot = self.index.find(key) else { return }
            let retires = self.random.chance(30)
            for dot in self.oracle.live[key].map({ $0.keys.sorted() }) ?? [] {
                if retires {
                    self.index.retire(dot, from: slot, until: self.lsn)
                } else {
                    self.index.remove(dot, from: slot)
                }
                self.forget(dot, key, retires)
            }
            #expect(self.index.find(key) == nil)
        }

        mutating func forget(_ dot: Dot, _ key: [UInt8], _ retires: Bool) {
            guard let entry = self.oracle.remove(dot, key: key), retires else { return }
            self.oracle.retired.append(IndexOracle.Retired(entry: entry, until: self.lsn))
        }

        /// The same record at another place in the log.
        mutating func move(_ key: [UInt8]) {
            guard let dot = self.oracle.live[key]?.keys.min(), var entry = self.oracle.live[key]?[dot] else { return }
            self.lsn += 1
            entry.record.lsn = self.lsn
            entry.isExpired = false
            if let slot = self.index.find(key), self.random.chance(50) {
                self.index.exchange([], for: entry.record, context: entry.context, expiry: entry.expiry, in: slot)
            } else {
                self.index.insert(entry.record, context: entry.context, expiry: entry.expiry, key: key.span)
            }
            self.oracle.insert(entry, key: key)
        }

        mutating func sync() {
            self.synced += UInt64(self.random.below(Int(self.lsn - self.synced) + 1))
            self.index.releaseRetired(syncedThrough: self.synced)
            self.oracle.release(through: self.synced)
        }

        mutating func expire() {
            self.now += UInt64(self.random.below(60))
            let popped = self.index.popExpired(upTo: self.now, maximum: 5)
            #expect(popped.map { $0.dot } == self.oracle.popExpired(upTo: self.now, maximum: 5))
        }

        mutating func checkScans() {
            func bound() -> KeyBound {
                var key = self.keys[self.random.below(self.keys.count)]
                if self.random.chance(30) { key.append(UInt8(self.random.below(256))) }
                switch self.random.below(3) {
                case 0: return .including(key)
                case 1: return .excluding(key)
                default: return .unbounded
                }
            }
            for _ in 0..<20 {
                let (lower, upper) = (bound(), bound())
                let expected = self.oracle.sortedKeys(from: lower, to: upper)
                #expect(self.index.keys(from: lower, to: upper) == expected)
                #expect(self.index.keys(from: lower, to: upper, descending: true) == expected.reversed())
            }
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `an index behaves like a list of keys with their records`(seed: UInt64) {
        var run = Run(seed: seed, keys: seed % 2 == 0 ? 12 : 400)
        for count in 1...2500 {
            run.step()
            if count % 250 == 0 {
                run.oracle.check(run.index)
                run.checkScans()
            }
        }
        for key in run.keys { run.removeAll(key) }
        run.index.releaseRetired(syncedThrough: .max)
        run.oracle.release(through: .max)
        run.oracle.check(run.index)
        #expect(run.index.tailPeers.isEmpty && run.index.nextSlot(atOrAfter: 0) == nil)
    }
}
