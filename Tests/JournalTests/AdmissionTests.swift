import Causality
import DataModel
import Journal
import Platform
import Simulation
import Testing

@Suite struct AdmissionTests {
    @Test func `a full disk refuses writes before they are applied, and writing resumes with room`() throws {
        let harness = try JournalHarness(segmentLength: 2048)
        harness.disk.conditions.capacity = 2048 + 1024
        var written = 0
        var refusal: JournalError?
        while refusal == nil {
            do {
                try harness.put("key\(written)", String(repeating: "v", count: 50))
                harness.flush()
                written += 1
            } catch let error as JournalError {
                refusal = error
            }
        }
        guard case .storageFull = refusal else {
            Issue.record("refused with \(String(describing: refusal))")
            return
        }
        #expect(written > 10)
        let context = harness.journal.context
        #expect(throws: JournalError.self) { try harness.put("more", String(repeating: "v", count: 50)) }
        #expect(harness.journal.context == context)
        #expect(try harness.values("key3") == [String(repeating: "v", count: 50)])
        #expect(harness.journal.failure == nil)

        harness.disk.conditions.capacity = nil
        // The first to ask may still be refused; its asking has another segment prepared.
        _ = try? harness.put("more", String(repeating: "v", count: 50))
        harness.prepare()
        try harness.put("more", String(repeating: "w", count: 50))
        harness.flush()
        harness.disk.crash()
        try harness.reopen()
        #expect(try harness.values("more") == [String(repeating: "w", count: 50)])
        #expect(harness.journal.index.keyCount == written + 1)
    }

    @Test func `a full disk is not asked for a segment again and again`() throws {
        let harness = try JournalHarness(segmentLength: 1024)
        harness.disk.conditions.capacity = 1024 + 512
        while (try? harness.put("key", "some value of some length")) != nil { harness.flush() }
        for _ in 0..<5 { #expect(harness.journal.takeBackgroundJob() == nil) }
        #expect(throws: JournalError.self) { try harness.put("key", "value") }
        // The volume says it has no room, so there is no job to try.
        #expect(harness.journal.takeBackgroundJob() == nil)
    }

    @Test func `after a failed sync nothing is acknowledged or written, and reading goes on`() throws {
        let harness = try JournalHarness()
        try harness.put("a", "1")
        harness.flush()
        let synced = harness.journal.syncedLSN
        let context = harness.journal.syncedContext
        try harness.put("a", "2")
        harness.disk.failNextSync()
        harness.flush()
        guard case .failed = harness.journal.failure else {
            Issue.record("no failure")
            return
        }
        #expect(harness.journal.syncedLSN == synced)
        #expect(harness.journal.syncedContext == context)
        #expect(harness.journal.takeFlush(sync: true) == nil)
        #expect(harness.journal.takeBackgroundJob() == nil)
        let failure = try #require(harness.journal.failure)
        #expect(throws: failure) { try harness.put("b", "3") }
        #expect(try harness.values("a") == ["2"])
        try harness.journal.close()
    }

    @Test func `without syncing, what was written is synced when asked for`() throws {
        let harness = try JournalHarness()
        try harness.put("a", "1")
        harness.flush(sync: false)
        #expect(harness.journal.writtenLSN == harness.journal.appendedLSN)
        #expect(harness.journal.syncedLSN < harness.journal.writtenLSN)
        #expect(harness.journal.syncedContext.isEmpty)
        #expect(harness.journal.takeFlush(sync: false) == nil)
        harness.flush(sync: true)
        #expect(harness.journal.syncedLSN == harness.journal.writtenLSN)
        #expect(harness.journal.syncedContext == harness.journal.context)
        #expect(harness.journal.syncedOwn.sequence == 1)
        #expect(harness.journal.takeFlush(sync: true) == nil)
        harness.disk.crash()
        try harness.reopen()
        #expect(try harness.values("a") == ["1"])
    }

    @Test func `one job is under way at a time, and what comes meanwhile goes with the next`() throws {
        let harness = try JournalHarness()
        try harness.put("a", "1")
        let job = try #require(harness.journal.takeFlush(sync: true))
        let second = try harness.put("b", "2")
        #expect(harness.journal.takeFlush(sync: true) == nil)
        harness.disk.submit(job)
        harness.runJobs()
        #expect(harness.journal.syncedLSN < second.lsn)
        #expect(harness.journal.syncedContext != harness.journal.context)
        harness.flush()
        #expect(harness.journal.syncedLSN == second.lsn)
    }

    @Test func `values larger than a segment get a segment that holds them`() throws {
        let harness = try JournalHarness(segmentLength: 1024)
        let large = [UInt8](repeating: 7, count: 50_000)
        try harness.put("small", "1")
        harness.prepare()
        try harness.write("large", large)
        try harness.put("small", "2")
        harness.flush()
        try harness.write("large", large + [8])
        harness.flush()
        harness.disk.crash()
        try harness.reopen()
        #expect(try harness.values("small") == ["2"])
        #expect(try harness.values("large") == [String(decoding: large + [8], as: UTF8.self)])
    }

    @Test func `writes beyond the limits are refused and change nothing`() throws {
        let harness = try JournalHarness()
        let before = try harness.state()
        let long = [UInt8](repeating: 0, count: DataLimits.keyLength + 1)
        #expect(throws: JournalError.keyTooLong(byteCount: long.count)) {
            try harness.write(String(decoding: long, as: UTF8.self), [])
        }
        #expect(throws: JournalError.deleteWithValue) { try harness.write("a", [1], operation: .delete) }
        let huge = [UInt8](repeating: 0, count: DataLimits.valueLength + 1)
        #expect(throws: JournalError.valueTooLong(byteCount: huge.count)) {
            try harness.journal.write(
                key: [1].span, operation: .put, value: huge.span, expiry: nil, token: nil,
                timestamp: .init(rawValue: 1), continuesBatch: false)
        }
        #expect(throws: JournalError.self) { try harness.journal.receive([1, 2, 3], 0..<3) }
        #expect(throws: JournalError.self) { try harness.journal.receive([1, 2, 3], 0..<9) }
        #expect(harness.journal.admit(byteCount: .max) == .refused(.groupTooLarge(byteCount: .max)))
        #expect(try harness.state() == before)
    }

    @Test func `a key takes so many siblings and no more`() throws {
        let harness = try JournalHarness(segmentLength: 1 << 20)
        for _ in 0..<DataLimits.siblings { try harness.put("a", "v", token: .init()) }
        #expect(throws: JournalError.tooManySiblings) { try harness.put("a", "v", token: .init()) }
        #expect(try harness.put("a", "v").siblings == 1)
    }

    @Test func `what was not admitted is not appended`() throws {
        let harness = try JournalHarness(segmentLength: 1024)
        let value = [UInt8](repeating: 1, count: 2000)
        let key: [UInt8] = [1]
        #expect(throws: JournalError.self) {
            try harness.journal.write(
                key: key.span, operation: .put, value: value.span, expiry: nil, token: nil,
                timestamp: .init(rawValue: 1), continuesBatch: false)
        }
        #expect(throws: JournalError.self) { try harness.journal.beginGroup(byteCount: 5000) }
        #expect(try harness.state().records == [])
        #expect(try harness.put("a", "1").dot.sequence == 1)
    }
}
