import Causality
import DataModel
import Journal
import Testing

/// The plainest thing that behaves like a ``LiveIndex``: a list of keys with their records.
struct IndexOracle {
    struct Entry {
        var record: LiveRecord
        var context: CausalContext
        var expiry: UInt64?
        var isExpired = false

        var isTombstone: Bool { self.record.operation == .delete || self.isExpired }
    }

    struct Retired {
        var entry: Entry
        var until: UInt64
    }

    var live: [[UInt8]: [Dot: Entry]] = [:]
    var retired: [Retired] = []

    mutating func insert(_ entry: Entry, key: [UInt8]) {
        self.live[key, default: [:]][entry.record.dot] = entry
    }

    mutating func remove(_ dot: Dot, key: [UInt8]) -> Entry? {
        let entry = self.live[key]?.removeValue(forKey: dot)
        if self.live[key]?.isEmpty == true { self.live[key] = nil }
        return entry
    }

    mutating func release(through lsn: UInt64) {
        while let first = self.retired.first, first.until <= lsn { self.retired.removeFirst() }
    }

    mutating func popExpired(upTo now: UInt64, maximum: Int) -> [Dot] {
        var due: [(expiry: UInt64, dot: Dot, key: [UInt8])] = []
        for (key, entries) in self.live {
            for (dot, entry) in entries {
                if let expiry = entry.expiry, expiry <= now, !entry.isExpired { due.append((expiry, dot, key)) }
            }
        }
        due.sort { ($0.expiry, $0.dot) < ($1.expiry, $1.dot) }
        for item in due.prefix(maximum) { self.live[item.key]?[item.dot]?.isExpired = true }
        return due.prefix(maximum).map { $0.dot }
    }

    var sortedKeys: [[UInt8]] {
        self.live.keys.sorted { $0.lexicographicallyPrecedes($1) }
    }

    func sortedKeys(from lower: KeyBound, to upper: KeyBound) -> [[UInt8]] {
        self.sortedKeys.filter { key in
            let isAbove =
                switch lower {
                case .unbounded: true
                case .including(let bound): !key.lexicographicallyPrecedes(bound)
                case .excluding(let bound): bound.lexicographicallyPrecedes(key)
                }
            let isBelow =
                switch upper {
                case .unbounded: true
                case .including(let bound): !bound.lexicographicallyPrecedes(key)
                case .excluding(let bound): key.lexicographicallyPrecedes(bound)
                }
            return isAbove && isBelow
        }
    }

    /// Compares everything that can be seen of the index.
    func check(_ index: LiveIndex) {
        let keys = self.sortedKeys
        #expect(index.keys() == keys)
        #expect(index.keys(descending: true) == keys.reversed())
        let entries = keys.flatMap { self.live[$0].map { Array($0.values) } ?? [] }
        #expect(index.recordCount == entries.count)
        #expect(index.tombstoneCount == entries.count { $0.isTombstone })
        let visible = keys.map { key in self.live[key]?.values.count { !$0.isTombstone } ?? 0 }
        #expect(index.keyCount == visible.count { $0 > 0 })
        let conflicts = zip(keys, visible).filter { $0.1 > 1 }.map { $0.0 }
        #expect(index.conflictCount == conflicts.count)
        var found: [[UInt8]] = []
        index.forEachConflict { slot in
            found.append(index.key(of: slot))
            return true
        }
        #expect(found == conflicts)
        for key in keys { self.check(index, key: key) }
        self.checkHash(index, entries)
        self.checkTails(index)
        #expect(index.nextExpiry() == entries.filter { !$0.isExpired }.compactMap { $0.expiry }.min())
    }

    private func check(_ index: LiveIndex, key: [UInt8]) {
        guard let slot = index.find(key), let expected = self.live[key] else {
            Issue.record("\(key) is not found")
            return
        }
        let dots = expected.keys.sorted()
        let records = index.records(of: slot)
        #expect(index.key(of: slot) == key && records.map { $0.dot } == dots)
        #expect(index.recordCount(of: slot) == dots.count && index.first(of: slot).dot == dots.first)
        #expect(index.visibleCount(of: slot) == expected.values.count { !$0.isTombstone })
        for record in records {
            guard let entry = expected[record.dot] else { continue }
            self.check(index, record, entry)
            #expect(record.isTombstone == entry.isTombstone)
            #expect(index.record(record.dot, in: slot) == record && index.find(record.dot)?.slot == slot)
        }
    }

    private func check(_ index: LiveIndex, _ record: LiveRecord, _ entry: Entry) {
        let expected = entry.record
        #expect(record.lsn == expected.lsn && record.clock == expected.clock)
        #expect(record.timestamp == expected.timestamp && record.operation == expected.operation)
        #expect(record.recordLength == expected.recordLength && record.valueLength == expected.valueLength)
        #expect(record.checksum == expected.checksum && record.replacesAllEarlier == expected.replacesAllEarlier)
        #expect(record.continuesBatch == expected.continuesBatch)
        #expect(index.context(of: record) == entry.context && index.expiry(of: record) == entry.expiry)
    }

    /// The live hash of a set is that of an index that was given the set in any order and nothing else.
    private func checkHash(_ index: LiveIndex, _ entries: [Entry]) {
        let other = LiveIndex(hashSeed: 99)
        for entry in entries where entry.expiry == nil { other.insert(entry.record, key: [1]) }
        #expect(other.liveHash == index.liveHash)
    }

    private func checkTails(_ index: LiveIndex) {
        var expected: [Dot: (entry: Entry, isRetired: Bool)] = [:]
        for entries in self.live.values {
            for (dot, entry) in entries { expected[dot] = (entry, false) }
        }
        for item in self.retired { expected[item.entry.record.dot] = (item.entry, true) }
        #expect(index.retiredCount == self.retired.count)
        var dots: [Dot] = []
        for peer in index.tailPeers {
            index.forEachTail(of: peer, in: 0...UInt64.max) { sequence, slot in
                let dot = Dot(peer: peer, sequence: sequence)
                dots.append(dot)
                guard let (record, isRetired) = index.tailRecord(dot, slotHint: slot), let wanted = expected[dot] else {
                    Issue.record("\(dot) is not found")
                    return true
                }
                #expect(record.dot == dot && isRetired == wanted.isRetired)
                self.check(index, record, wanted.entry)
                return true
            }
        }
        #expect(dots == expected.keys.sorted())
    }
}
