import DataModel
import Journal
import Simulation
import Testing

/// States read in the order of keys while writers go on.
struct KeyCutTests {
    private struct Seen: Hashable {
        let key: [UInt8]
        let records: [Record]
    }

    /// What is there now, in the order of keys.
    private static func present(_ journal: RecordJournal, descending: Bool) throws -> [Seen] {
        var slots: [SlotID] = []
        journal.index.forEachSlot(descending: descending) { slot in
            slots.append(slot)
            return true
        }
        return try slots.map { slot in
            Seen(
                key: journal.index.key(of: slot),
                records: try journal.index.records(of: slot).map { try journal.readRecord($0) })
        }
    }

    /// The next `count` keys of a state; nil for `isLast` as long as there are more.
    private static func read(
        _ cut: CutID, _ journal: RecordJournal, count: Int, into seen: inout [Seen]
    ) throws -> Bool {
        var left = count
        var found: [(key: [UInt8], records: [LiveRecord])] = []
        let isLast = try journal.readKeys(cut) { key, records in
            guard left > 0 else { return false }
            left -= 1
            found.append((key, records))
            return true
        }
        for entry in found {
            seen.append(Seen(key: entry.key, records: try entry.records.map { try journal.readRecord($0) }))
        }
        return isLast
    }

    @Test(arguments: UInt64(1)...60)
    func `whatever is written meanwhile, all of a state is read, and nothing else`(seed: UInt64) throws {
        let world = try BackupWorld(seed: seed, segmentLength: 2048)
        try world.live(40)
        let descending = seed % 3 == 0
        let expected = try Self.present(world.journal, descending: descending)
        let cut = try world.journal.openKeyCut(from: .unbounded, to: .unbounded, descending: descending)
        var found: [Seen] = []
        while try !Self.read(cut, world.journal, count: 1 + Int(seed % 4), into: &found) {
            try world.live(8)
            if world.random.chance(0.2) { world.harness.settle() }
        }
        #expect(found == expected)
        world.journal.closeKeyCut(cut)
        world.harness.flush()
        world.harness.settle()
        #expect(world.journal.index.heldCount == 0 && world.journal.openKeyCutCount == 0)
    }

    @Test func `several states are read beside each other, and beside a backup`() throws {
        let world = try BackupWorld(seed: 70)
        var open: [(cut: CutID, expected: [Seen], found: [Seen])] = []
        var stream = try world.stream()
        for step in 0..<12 {
            try world.live(12)
            open.append(
                (
                    try world.journal.openKeyCut(from: .unbounded, to: .unbounded, descending: false),
                    try Self.present(world.journal, descending: false), []
                ))
            for place in open.indices {
                _ = try Self.read(open[place].cut, world.journal, count: 1 + step % 3, into: &open[place].found)
            }
            _ = try stream.read(100, from: world.journal)
        }
        for place in open.indices {
            while try !Self.read(open[place].cut, world.journal, count: 50, into: &open[place].found) {}
            #expect(open[place].found == open[place].expected)
            world.journal.closeKeyCut(open[place].cut)
        }
        stream.close(world.journal)
        world.harness.flush()
        world.harness.settle()
        #expect(world.journal.index.heldCount == 0)
    }

    @Test func `what was read, or lies beside the range, is not kept`() throws {
        let world = try BackupWorld(seed: 71)
        for number in 0..<9 { try world.harness.put("key \(number)", "first") }
        let lower = Array("key 2".utf8)
        let cut = try world.journal.openKeyCut(
            from: .including(lower), to: .excluding(Array("key 8".utf8)), descending: false)
        var found: [Seen] = []
        _ = try Self.read(cut, world.journal, count: 3, into: &found)
        #expect(found.first?.key == lower)
        for number in 0..<9 { try world.harness.put("key \(number)", "second") }
        for number in 0..<9 { try world.harness.delete("key \(number)") }
        world.harness.flush()
        // Keys 5, 6 and 7.
        #expect(world.journal.index.heldCount == 3)
        while try !Self.read(cut, world.journal, count: 1, into: &found) {}
        #expect(found.count == 6 && found.allSatisfy { $0.records.map(\.value) == [Array("first".utf8)] })
        world.journal.closeKeyCut(cut)
        world.harness.settle()
        #expect(world.journal.index.heldCount == 0)
        #expect(throws: CutError.closed) { try Self.read(cut, world.journal, count: 1, into: &found) }
    }

    @Test func `only so many states are read at once`() throws {
        let world = try BackupWorld(seed: 72)
        let cuts = try (0..<64).map { _ in
            try world.journal.openKeyCut(from: .unbounded, to: .unbounded, descending: false)
        }
        #expect(throws: CutError.tooMany(limit: 64)) {
            try world.journal.openKeyCut(from: .unbounded, to: .unbounded, descending: false)
        }
        world.journal.closeKeyCut(cuts[0])
        _ = try world.journal.openKeyCut(from: .unbounded, to: .unbounded, descending: false)
    }
}
