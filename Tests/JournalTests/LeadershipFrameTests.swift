import Causality
import DataModel
import Journal
import Simulation
import Testing

/// What leader mode keeps in the log: found again after a crash, left alone by compactions, and let go of.
@Suite struct LeadershipFrameTests {
    private static func append(
        _ harness: JournalHarness, _ kind: LeadershipFrame.Kind, _ text: String, mark: LeadershipMark? = nil
    ) throws {
        let payload = Array(text.utf8)
        try harness.makeRoom(RecordJournal.leadershipBytes(payloadLength: payload.count))
        try harness.journal.append(kind, payload.span, mark: mark)
    }

    private static func reopened(_ harness: JournalHarness) throws -> [String] {
        harness.disk.crash()
        try harness.reopen()
        return harness.journal.takeLeadershipFrames().map { String(decoding: $0.payload, as: UTF8.self) }
    }

    @Test func `frames come back in their order, those synced at least`() throws {
        let harness = try JournalHarness()
        for (place, kind) in LeadershipFrame.Kind.allCases.enumerated() {
            try Self.append(harness, kind, "\(place)")
            try harness.put("key", "\(place)")
        }
        harness.flush()
        #expect(try Self.reopened(harness) == ["0", "1", "\u{0}2", "3"])
        #expect(harness.journal.opening.frames.leadership == 4)
        #expect(harness.journal.takeLeadershipFrames().isEmpty, "they are handed out once")
        #expect(try harness.values("key") == ["3"])
    }

    @Test func `a fresh start voids what stood before, and an end everything`() throws {
        let harness = try JournalHarness()
        try Self.append(harness, .ballot, "old")
        try harness.makeRoom(200)
        try harness.journal.beginGroup(byteCount: 200)
        try Self.append(harness, .commit, "base", mark: .renewal)
        try Self.append(harness, .ballot, "new")
        harness.journal.endGroup()
        harness.flush()
        #expect(try Self.reopened(harness) == ["\u{1}base", "new"])
        try Self.append(harness, .commit, "", mark: .end)
        harness.flush()
        #expect(try Self.reopened(harness) == [])
    }

    @Test func `a compaction leaves out what is void and keeps the segments of what counts`() throws {
        let harness = try JournalHarness(segmentLength: 1024)
        func fill(_ count: Int) throws {
            for number in 0..<count {
                try harness.put("key\(number % 3)", "a value of some length, written for the \(number)th time")
                harness.flush()
                harness.settle()
            }
        }
        try Self.append(harness, .ballot, "vote")
        try fill(200)
        let grown = harness.journal.segmentCount
        #expect(grown > 10, "nothing behind a frame that counts is packed")
        #expect(try Self.reopened(harness) == ["vote"])
        try harness.makeRoom(200)
        try harness.journal.beginGroup(byteCount: 200)
        try Self.append(harness, .commit, "base", mark: .renewal)
        try Self.append(harness, .ballot, "vote")
        harness.journal.endGroup()
        try fill(20)
        #expect(harness.journal.segmentCount < grown / 2)
        let state = try harness.state()
        #expect(try Self.reopened(harness) == ["\u{1}base", "vote"])
        #expect(try harness.state() == state)
    }

    @Test func `a directory that gets a new peer ID has voted for nobody`() throws {
        let harness = try JournalHarness()
        try Self.append(harness, .ballot, "vote")
        harness.flush()
        try harness.journal.close()
        try harness.disk.remove(JournalHarness.directory + "/lock")
        try harness.reopen()
        #expect(harness.journal.opening.minted != nil)
        #expect(harness.journal.takeLeadershipFrames().isEmpty)
    }

    @Test func `a composed record is applied later, once, and is the newest own one then`() throws {
        let harness = try JournalHarness()
        try harness.put("key", "before")
        let key = Array("key".utf8)
        var composed: [(head: RecordHead, bytes: [UInt8])] = []
        for value in ["one", "two"] {
            let value = Array(value.utf8)
            composed.append(
                try harness.journal.compose(
                    key: key.span, operation: .put, value: value.span, expiry: nil, token: nil,
                    timestamp: HybridTimestamp(milliseconds: 9, counter: 0), continuesBatch: false,
                    clockAtLeast: UInt64(composed.count)))
        }
        #expect(composed.map(\.head.dot.sequence) == [2, 3])
        #expect(try harness.values("key") == ["before"])
        for record in composed + composed {
            try harness.makeRoom(RecordJournal.receptionBytes(recordLength: record.bytes.count))
            _ = try harness.journal.apply(record.bytes, 0..<record.bytes.count)
        }
        harness.flush()
        #expect(try harness.values("key") == ["two"])
        #expect(harness.journal.syncedOwn.sequence == 3)
        let state = try harness.state()
        harness.disk.crash()
        try harness.reopen()
        #expect(try harness.state() == state && harness.journal.syncedOwn.sequence == 3)
    }
}
