import Causality
import DataModel
import Journal
import Simulation
import Testing

@Suite struct ReadingTests {
    @Test func `a value is read before it is written, on its way, and from the disk`() throws {
        let harness = try JournalHarness()
        let dot = try harness.put("a", "the value").dot
        let record = try #require(harness.journal.index.find(dot)).record
        #expect(try harness.value(record) == Array("the value".utf8))
        let job = try #require(harness.journal.takeFlush(sync: true))
        try harness.put("b", "another")
        #expect(try harness.value(record) == Array("the value".utf8))
        harness.disk.submit(job)
        harness.runJobs()
        #expect(try harness.value(record) == Array("the value".utf8))
        try harness.put("c", "a third")
        harness.flush()
        #expect(try harness.values("a") == ["the value"])
        #expect(try harness.values("b") == ["another"])
        #expect(try harness.values("c") == ["a third"])
        #expect(try harness.journal.readRecord(record).value == Array("the value".utf8))
    }

    @Test func `a damaged value is an error, never another value`() throws {
        let harness = try JournalHarness()
        let dot = try harness.put("a", "the value").dot
        harness.flush()
        let record = try #require(harness.journal.index.find(dot)).record
        harness.disk.flipBit("data/log/00000001.seg", at: Int(harness.journal.syncedLSN) - 3, bit: 1)
        #expect {
            try harness.value(record)
        } throws: { error in
            guard case JournalError.damaged("data/log/00000001.seg", record.lsn, _, _) = error else { return false }
            return true
        }
        harness.disk.failNextRead()
        #expect(throws: JournalError.self) { try harness.value(record) }
    }

    /// What was written last is read while the disk refuses every read; what lies further back is not.
    @Test(arguments: [1, 64, 1000, 4096, 10_000])
    func `what was written lately is read from memory`(recentLength: Int) throws {
        let harness = try JournalHarness()
        harness.configuration.recentLength = recentLength
        try harness.journal.close()
        try harness.reopen()
        // Single records, groups, and segments, with values up to more than all that is kept.
        var random = SimulationRandom(seed: UInt64(recentLength))
        var written: [(record: LiveRecord, value: [UInt8])] = []
        for number in 0..<120 {
            let value = [UInt8](repeating: UInt8(number), count: random.below(number % 10 == 0 ? 1500 : 60))
            let dot = try harness.write("key\(number)", value).dot
            written.append((try #require(harness.journal.index.find(dot)).record, value))
            if random.below(3) == 0 { harness.flush() }
        }
        harness.flush()
        let end = harness.journal.appendedLSN
        for (record, value) in written { #expect(try harness.value(record) == value) }
        harness.disk.failNextRead(10_000)
        var fromMemory = 0
        for (record, value) in written {
            guard let read = try? harness.value(record) else { continue }
            #expect(read == value)
            #expect(end - record.lsn <= UInt64(recentLength) + 64)
            fromMemory += 1
        }
        #expect(fromMemory >= recentLength / 400)
        #expect(fromMemory < written.count)
    }

    @Test func `values in more segments than are kept open are read`() throws {
        let harness = try JournalHarness(segmentLength: 1024)
        for number in 0..<700 {
            try harness.put("key\(number)", "value \(number) " + String(repeating: "x", count: 100))
            if number % 3 == 0 { harness.flush() }
        }
        harness.flush()
        try #require(harness.journal.segmentCount > 70)
        var random = SimulationRandom(seed: 2)
        for _ in 0..<500 {
            let number = random.below(700)
            #expect(try harness.values("key\(number)").first?.hasPrefix("value \(number) ") == true)
        }
    }

    @Test func `what one journal encodes another receives, expiry and all`() throws {
        let one = try JournalHarness(seed: 1)
        let other = try JournalHarness(seed: 2)
        let dot = try one.write("a", [1, 2], expiry: 12345).dot
        guard case .applied(let layout, conflict: false, let slot) = try other.receive(try one.encoded(dot)) else {
            Issue.record("not applied")
            return
        }
        #expect(layout.head.dot == dot)
        #expect(other.journal.index.expiry(of: other.journal.index.first(of: slot)) == 12345)
        #expect(try one.state() == other.state())
        #expect(one.journal.liveHash == other.journal.liveHash)
        try other.journal.close()
        try other.reopen()
        #expect(try one.state() == other.state())
        #expect(other.journal.opening.latestTimestamp.milliseconds == one.clock)
    }

    @Test func `a concurrent write is reported as a conflict, a covered one as covered`() throws {
        let one = try JournalHarness(seed: 1)
        let other = try JournalHarness(seed: 2)
        let first = try one.put("a", "1").dot
        let early = try one.encoded(first)
        try other.put("a", "2")
        guard case .applied(_, conflict: true, _) = try other.receive(early) else {
            Issue.record("no conflict")
            return
        }
        #expect(try other.values("a").sorted() == ["1", "2"])
        let merged = try other.put("a", "3")
        #expect(merged.clock == 1 && merged.siblings == 1)
        let third = try JournalHarness(seed: 3)
        try third.receive(try other.encoded(merged.dot))
        guard case .covered = try third.receive(early) else {
            Issue.record("not covered")
            return
        }
        // The covered record's dot is kept by a crash, too.
        third.flush()
        third.disk.crash()
        try third.reopen()
        #expect(try third.receive(early).isIgnored)
        #expect(try third.values("a") == ["3"])
    }
}
