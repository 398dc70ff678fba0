import ByteCoding
import Causality
import DataModel
import Journal
import Platform
import Simulation
import Testing

@Suite struct CompactionTests {
    private static func harness(
        seed: UInt64 = 1, segmentLength: Int = 1024, recentLength: Int = 0
    ) throws -> JournalHarness {
        let harness = try JournalHarness(seed: seed, segmentLength: segmentLength)
        harness.configuration.recentLength = recentLength
        harness.configuration.compaction.moves = 1
        harness.configuration.compaction.copyLeast = 200
        harness.configuration.compaction.copyMost = 400
        harness.configuration.compaction.writeLength = 100
        harness.configuration.compaction.pendingLength = 300
        harness.configuration.snapshots.every = 3000
        harness.configuration.snapshots.keys = 2
        try harness.journal.close()
        try harness.reopen()
        return harness
    }

    @Test func `what is overwritten again and again takes up no more than two segments and twice itself`() throws {
        let harness = try Self.harness(segmentLength: 4096)
        var most: UInt64 = 0
        for number in 0..<4000 {
            try harness.put("key\(number % 20)", "value \(number) of a length that matters a little")
            harness.flush()
            harness.settle()
            most = max(most, harness.journal.diskBytes)
        }
        #expect(harness.journal.appendedLSN > 300_000)
        #expect(most <= 2 * harness.journal.liveBytes + 2 * 4096 + 1024)
        #expect(harness.journal.segmentCount <= 6)
        let state = try harness.state()
        #expect(state.records.count == 20)
        harness.disk.crash()
        try harness.reopen()
        #expect(try harness.state() == state)
        #expect(harness.journal.opening.minted == nil)
        #expect(harness.journal.opening.records < 200)
    }

    /// Also where some, or all, of the log is kept in memory: a record's old place may be another's new one.
    @Test(arguments: [0, 3000, 1 << 20])
    func `values are read at every moment of a compaction, and tails go on`(recentLength: Int) throws {
        let harness = try Self.harness(segmentLength: 2048, recentLength: recentLength)
        for number in 0..<60 { try harness.put("key\(number)", "value \(number)") }
        harness.flush()
        for number in 0..<60 where number % 3 != 0 { try harness.put("key\(number)", "later \(number)") }
        harness.flush()
        let state = try harness.state()
        var cursor = harness.journal.tailCursor(after: CausalContext())
        var ticks = 0
        harness.journal.compact()
        while harness.tick() || harness.disk.hasJobs {
            harness.disk.runStep()
            for completion in harness.disk.takeCompletions() {
                harness.journal.stored(completion.id, completion.result)
            }
            #expect(try harness.state() == state)
            _ = try Self.readOn(harness, &cursor)
            ticks += 1
        }
        #expect(ticks > 40)
        while case .more = try Self.readOn(harness, &cursor) {}
        #expect(cursor.visited == 60)
        #expect(harness.journal.compactionStatus.finished > 0)
        #expect(try harness.state() == state)
    }

    /// Short seed 3009098: the first read of a segment came after its name had been given to the compacted file, and
    /// before anybody had heard of it; it was looked for in the wrong file.
    @Test func `a segment that is first read while its name changes is read as it was`() throws {
        var isDone = false
        var moment = 0
        while !isDone {
            let harness = try Self.harness(segmentLength: 2048)
            for number in 0..<60 { try harness.put("key\(number)", "value \(number)") }
            harness.flush()
            for number in 0..<60 where number % 3 != 0 { try harness.put("key\(number)", "later \(number)") }
            harness.flush()
            let state = try harness.state()
            try harness.journal.close()
            try harness.reopen()
            harness.journal.compact()
            for _ in 0..<moment where !isDone {
                for completion in harness.disk.takeCompletions() {
                    harness.journal.stored(completion.id, completion.result)
                }
                let goesOn = harness.tick()
                harness.disk.runStep()
                isDone = !goesOn && !harness.disk.hasJobs
            }
            #expect(try harness.state() == state, "after \(moment) steps")
            moment += 1
        }
        #expect(moment > 20)
    }

    private static func readOn(_ harness: JournalHarness, _ cursor: inout TailCursor) throws -> TailProgress {
        var writer = ByteWriter()
        return try harness.journal.readTail(&cursor, maximumBytes: 100, into: &writer)
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `a power cut at any moment of compactions leaves a moment not before the last sync`(seed: UInt64) throws {
        var random = SimulationRandom(seed: seed)
        var history = try LogRecoveryTests.History(seed: seed, harness: try Self.harness(seed: seed))
        let harness = history.harness
        for _ in 0..<6 {
            for _ in 0..<(1 + random.below(40)) {
                try history.act(&random)
                switch random.below(6) {
                case 0: harness.flush()
                case 1: harness.flush(sync: false)
                case 2: harness.prepare()
                case 3: harness.settle()
                case 4: for _ in 0..<random.below(9) { harness.tick() }
                default: if random.chance(0.2) { harness.journal.compact() }
                }
            }
            if let job = harness.journal.takeFlush(sync: random.chance(0.7)) { harness.disk.submit(job) }
            for _ in 0..<random.below(30) {
                harness.tick()
                harness.disk.runStep()
                for completion in harness.disk.takeCompletions() {
                    harness.journal.stored(completion.id, completion.result)
                }
            }
            let synced = harness.journal.syncedLSN
            let own = harness.journal.syncedOwn
            if random.chance(0.3) { harness.disk.killProcess() } else { harness.disk.crash() }
            try harness.reopen()

            let found = try harness.state()
            let index = try #require(history.states.lastIndex { $0.state == found }, "no moment was like this")
            #expect(history.states[index].lsn >= synced)
            #expect(harness.journal.syncedContext == found.context)
            if harness.journal.opening.cutBytes == 0 {
                #expect(harness.journal.opening.minted == nil)
                #expect(harness.journal.syncedOwn.sequence >= own.sequence)
            } else {
                #expect(harness.journal.opening.minted == .torn)
            }
            if harness.journal.syncedOwn.sequence == own.sequence {
                #expect(harness.journal.syncedOwn.checksum == own.checksum)
            }
            history.states = [(found, harness.journal.appendedLSN)]
        }
    }

    /// Overwrites, deletes, a snapshot's end and batches; everything synced.
    private static func eventful(seed: UInt64) throws -> (JournalHarness, StoreState) {
        var random = SimulationRandom(seed: seed)
        var history = try LogRecoveryTests.History(seed: seed, harness: try Self.harness(seed: seed))
        for _ in 0..<70 {
            try history.act(&random)
            if random.chance(0.3) { history.harness.flush() }
        }
        history.harness.flush()
        return (history.harness, try history.harness.state())
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `after a power cut at every step of a compaction the log opens and says the same`(seed: UInt64) throws {
        var cut = 0
        while true {
            let (harness, state) = try Self.eventful(seed: seed)
            harness.journal.compact()
            var steps = 0
            while steps < cut, harness.tick() || harness.disk.hasJobs {
                if harness.disk.runStep() { steps += 1 }
                for completion in harness.disk.takeCompletions() {
                    harness.journal.stored(completion.id, completion.result)
                }
            }
            harness.tick()
            let isOver = steps < cut
            harness.disk.crash()
            try harness.reopen()
            #expect(try harness.state() == state, "cut at step \(cut)")
            harness.journal.compact()
            harness.settle()
            #expect(try harness.state() == state)
            try harness.journal.close()
            try harness.reopen()
            #expect(try harness.state() == state, "cut at step \(cut), and compacted again")
            if isOver { break }
            cut += 1
        }
        #expect(cut > 10)
    }

    @Test(arguments: ["write", "sync", "name"])
    func `a compaction that fails loses nothing and is tried again`(fault: String) throws {
        let (harness, state) = try Self.eventful(seed: 9)
        harness.journal.compact()
        var failures = 0
        while harness.tick() || harness.disk.hasJobs {
            if failures < 3 {
                switch fault {
                case "write": harness.disk.failNextWrite()
                case "sync": harness.disk.failNextSync()
                default: if harness.disk.contents(of: "data/log/spare-2") == nil { harness.disk.failNextSync() }
                }
                failures += 1
            }
            harness.runJobs()
            #expect(try harness.state() == state)
        }
        #expect(harness.journal.failure == nil)
        #expect(failures == 3)
        harness.disk.mend()
        harness.journal.compact()
        harness.settle()
        #expect(harness.journal.compactionStatus.failure == nil)
        #expect(harness.journal.compactionStatus.finished > 0)
        harness.disk.crash()
        try harness.reopen()
        #expect(try harness.state() == state)
    }

    @Test func `gone frames go when nothing before them needs them any more`() throws {
        let harness = try Self.harness()
        for round in 0..<10 {
            for number in 0..<30 { try harness.put("key\(number)", "value \(round)") }
            harness.flush()
            // A peer has seen all of them end.
            let closing = harness.journal.context
            try harness.makeRoom(harness.journal.absentBytes(closing: closing, streamed: CausalContext()))
            try harness.journal.dropAbsent(closing: closing, streamed: CausalContext())
            harness.flush()
            harness.settle()
        }
        #expect(harness.journal.index.recordCount == 0)
        for number in 0..<40 {
            try harness.put("one", "value \(number)")
            harness.flush()
            harness.settle()
        }
        harness.journal.compact()
        harness.settle()
        harness.journal.compact()
        harness.settle()
        #expect(harness.journal.diskBytes < 3 * 1024)
        let state = try harness.state()
        try harness.journal.close()
        try harness.reopen()
        #expect(try harness.state() == state)
    }

    /// A snapshot knows records whose frames, and what says that they are gone, were packed away since.
    @Test func `what a snapshot knows and packed segments have lost does not come back`() throws {
        let harness = try Self.harness()
        harness.configuration.snapshots.every = 1 << 30
        harness.configuration.snapshots.atEnd = 1
        try harness.journal.close()
        try harness.reopen()
        var kept = CausalContext()
        for number in 0..<6 {
            try harness.put("gone\(number)", "value")
            kept.insert(try harness.put("kept\(number)", String(repeating: "x", count: 800)).dot)
            harness.flush()
            harness.settle()
        }
        harness.journal.endSnapshots()
        for _ in 0..<100 where harness.journal.snapshotCount == 0 {
            harness.tick()
            harness.runJobs()
        }
        try harness.journal.close()
        try harness.reopen()
        let closing = harness.journal.context
        try harness.makeRoom(harness.journal.absentBytes(closing: closing, streamed: kept))
        try harness.journal.dropAbsent(closing: closing, streamed: kept)
        for number in 0..<40 {
            try harness.put("one", "value \(number)")
            harness.flush()
            harness.settle()
        }
        for _ in 0..<3 {
            harness.journal.compact()
            harness.settle()
        }
        let state = try harness.state()
        #expect(state.records.count == 7)
        harness.disk.crash()
        try harness.reopen()
        #expect(harness.journal.opening.snapshots.diedSince > 0)
        #expect(try harness.state() == state)
    }

    @Test func `records larger than a segment are compacted too`() throws {
        let harness = try Self.harness()
        for round in 0..<12 {
            try harness.put("large\(round % 2)", String(repeating: "x", count: 3000))
            try harness.put("small", "\(round)")
            harness.flush()
            harness.settle()
        }
        #expect(harness.journal.diskBytes < 2 * harness.journal.liveBytes + 2 * 3200)
        let state = try harness.state()
        harness.disk.crash()
        try harness.reopen()
        #expect(try harness.state() == state)
    }

    @Test func `a damaged segment is not compacted, and the failure is told`() throws {
        let harness = try Self.harness()
        for number in 0..<40 { try harness.put("key\(number)", "some value of some length") }
        harness.flush()
        for number in 0..<40 where number % 4 > 0 { try harness.put("key\(number)", "another value") }
        harness.flush()
        harness.disk.flipBit("data/log/00000001.seg", at: 300, bit: 2)
        harness.journal.compact()
        harness.settle()
        guard case .damaged("data/log/00000001.seg", _, _, _) = harness.journal.compactionStatus.failure else {
            Issue.record("\(String(describing: harness.journal.compactionStatus.failure))")
            return
        }
        harness.disk.flipBit("data/log/00000001.seg", at: 300, bit: 2)
        try harness.journal.close()
        try harness.reopen()
        #expect(harness.journal.index.recordCount == 40)
    }

    /// Simulator seed 785, short: the new segment got the number of one that a compacted segment stood for, and
    /// was taken for a leftover when the log was opened again.
    @Test func `a new identity's segment is not taken for one that a compacted segment stands for`() throws {
        let harness = try Self.harness()
        harness.configuration.keepsProof = false
        try harness.journal.close()
        try harness.reopen()
        for round in 0..<3 {
            try harness.journal.mint(PeerID(rawValue: UInt64(7000 + round)))
            try harness.put("key\(round)", "value")
            harness.flush()
        }
        try harness.journal.mint(PeerID(rawValue: 8000))
        harness.settle()
        #expect(harness.journal.segmentCount == 2)
        // A process that was killed gives no proof, so the next one mints, and replaces the empty segment.
        harness.disk.killProcess()
        try harness.reopen()
        #expect(harness.journal.opening.minted == .withheld)
        try harness.put("new", "value")
        harness.flush()
        let state = try harness.state()
        harness.disk.killProcess()
        try harness.reopen()
        #expect(try harness.state() == state)
        #expect(state.records.count == 4)
    }
}
