import Causality
import DataModel
import Journal
import Platform
import Simulation
import Testing

@Suite struct LogRecoveryTests {
    /// A journal, and what it held after each thing that was done to it.
    struct History {
        let harness: JournalHarness
        /// Another peer, whose records are received and whose context is joined.
        let peer: JournalHarness
        /// The state, and where the log ended, after each step; the first is the empty store.
        var states: [(state: StoreState, lsn: UInt64)]

        init(seed: UInt64, segmentLength: Int = 4096) throws {
            try self.init(seed: seed, harness: try JournalHarness(seed: seed, segmentLength: segmentLength))
        }

        init(seed: UInt64, harness: JournalHarness) throws {
            self.harness = harness
            self.peer = try JournalHarness(seed: seed &+ 500, segmentLength: 1 << 16)
            self.states = [(try self.harness.state(), self.harness.journal.appendedLSN)]
        }

        mutating func note() throws {
            self.states.append((try self.harness.state(), self.harness.journal.appendedLSN))
        }

        /// Writes one, deletes one, writes a batch, or hears from the other peer.
        mutating func act(_ random: inout SimulationRandom) throws {
            let keys = ["a", "b", "c", "d"]
            let value = [UInt8](repeating: UInt8(random.below(256)), count: random.below(120))
            switch random.below(8) {
            case 0: try self.harness.delete(keys[random.below(4)])
            case 1: try self.batch(keys, value)
            case 2: try self.hear(keys[random.below(4)], value, &random)
            case 3: try self.conclude(&random)
            default: try self.harness.write(keys[random.below(4)], value)
            }
            try self.note()
        }

        /// Receives a record of the other peer, which may have read some of what is here.
        func hear(_ key: String, _ value: [UInt8], _ random: inout SimulationRandom) throws {
            if random.chance(0.5), let slot = self.harness.journal.index.find(Array(key.utf8).span) {
                let records = self.harness.journal.index.records(of: slot)
                let seen = records[random.below(records.count)]
                try self.peer.join(CausalContext([seen.dot]))
                let dot = try self.peer.write(key, value, token: CausalContext([seen.dot])).dot
                try self.harness.receive(try self.peer.encoded(dot))
            } else {
                try self.harness.receive(try self.peer.encoded(try self.peer.write(key, value).dot))
            }
        }

        /// Ends a snapshot from the other peer: drops what is absent, joins context and floor, in one.
        func conclude(_ random: inout SimulationRandom) throws {
            let journal = self.harness.journal
            let closing = CausalContext(journal.context.dots.filter { _ in random.chance(0.2) })
            let streamed = CausalContext(closing.dots.filter { _ in random.chance(0.8) })
            var floor = VersionVector()
            floor.raise(self.peer.journal.identity.peer, to: UInt64(random.below(20)))
            let context = closing.union(self.peer.journal.context)
            let bytes =
                journal.absentBytes(closing: closing, streamed: streamed)
                + journal.joinBytes(context: context, floor: floor)
            try self.harness.makeRoom(bytes)
            try journal.beginGroup(byteCount: bytes)
            try journal.dropAbsent(closing: closing, streamed: streamed)
            try journal.join(context: context, floor: floor)
            journal.endGroup()
        }

        mutating func batch(_ keys: [String], _ value: [UInt8]) throws {
            var bytes = 0
            for key in keys {
                bytes += self.harness.journal.writeBytes(
                    key: Array(key.utf8).span, valueLength: value.count, token: nil)
            }
            try self.harness.makeRoom(bytes)
            try self.harness.journal.beginGroup(byteCount: bytes)
            for key in keys { try self.harness.write(key, value, continuesBatch: key != "d") }
            self.harness.journal.endGroup()
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `after a power cut the store is as it was at some moment not before the last sync`(seed: UInt64) throws {
        var random = SimulationRandom(seed: seed)
        var history = try History(seed: seed, segmentLength: 2048)
        let harness = history.harness
        for _ in 0..<6 {
            for _ in 0..<(1 + random.below(12)) {
                try history.act(&random)
                switch random.below(6) {
                case 0: harness.flush()
                case 1: harness.flush(sync: false)
                case 2: harness.prepare()
                default: break
                }
            }
            // Some steps of a last job, and then the cut.
            if let job = harness.journal.takeFlush(sync: random.chance(0.7)) { harness.disk.submit(job) }
            for _ in 0..<random.below(8) { harness.disk.runStep() }
            for completion in harness.disk.takeCompletions() {
                harness.journal.stored(completion.id, completion.result)
            }
            let synced = harness.journal.syncedLSN
            harness.disk.crash()
            try harness.reopen()

            let found = try harness.state()
            let index = try #require(history.states.lastIndex { $0.state == found }, "no moment was like this")
            #expect(history.states[index].lsn >= synced)
            #expect(harness.journal.syncedContext == found.context)
            #expect(harness.journal.opening.minted == (harness.journal.opening.cutBytes > 0 ? .torn : nil))
            history.states = [(found, harness.journal.appendedLSN)]
        }
    }

    @Test func `a log torn at any byte opens as a prefix, and batches are whole or absent`() throws {
        var random = SimulationRandom(seed: 5)
        var history = try History(seed: 5)
        for _ in 0..<5 {
            try history.act(&random)
            history.harness.flush()
        }
        let image = history.harness.disk.snapshotImage(of: JournalHarness.directory)
        let path = JournalHarness.directory + "/log/00000001.seg"
        let size = Int(history.harness.journal.appendedLSN)
        let lastGroups = Int(history.states[3].lsn)
        for cut in 64...size where cut >= lastGroups || cut % 5 == 0 {
            let disk = SimulatedFileSystem(seed: 9)
            disk.restoreImage(image, to: JournalHarness.directory)
            try disk.overwrite(path, from: cut, with: [UInt8](repeating: 0, count: size - cut))
            let harness = try JournalHarness(seed: 9, disk: disk)
            let expected = try #require(history.states.last { $0.lsn <= UInt64(cut) } ?? history.states.first)
            #expect(try harness.state() == expected.state, "cut at \(cut)")
            #expect(harness.journal.opening.cutBytes <= UInt64(cut))
        }
    }

    @Test func `what is torn becomes zero, so nothing stale can follow what is written next`() throws {
        let harness = try JournalHarness()
        try harness.put("a", "1")
        harness.flush()
        let end = Int(harness.journal.appendedLSN)
        try harness.put("b", "2")
        try harness.put("c", "3")
        harness.flush(sync: false)
        let last = Int(harness.journal.appendedLSN)
        // The first frame of the unsynced group is lost, the others are whole.
        let path = JournalHarness.directory + "/log/00000001.seg"
        harness.disk.killProcess()
        try harness.disk.overwrite(path, from: end + 2, with: [0, 0, 0, 0, 0, 0])
        try harness.reopen()
        #expect(harness.journal.opening.cutBytes == UInt64(last - end))
        #expect(try harness.values("a") == ["1"])
        #expect(try harness.values("c") == [])
        let bytes = try #require(harness.disk.contents(of: path))
        #expect(bytes[end...].allSatisfy { $0 == 0 })
        // What was cut off may have been told of: the next write bears another name.
        #expect(harness.journal.opening.minted == .torn)
        #expect(Int(harness.journal.appendedLSN) == end + 64)
        #expect(harness.journal.ownSequence == 0)
    }

    @Test func `a torn log that fails to open once does not forget that it needs a new peer ID`() throws {
        // Seed 135 of profile beyond: the tail was cut off, the sync failed, and the next start saw a clean end.
        let harness = try JournalHarness()
        try harness.put("a", "1")
        harness.flush()
        let path = JournalHarness.directory + "/log/00000001.seg"
        harness.disk.killProcess()
        harness.disk.flipBit(path, at: Int(harness.journal.appendedLSN) - 1, bit: 0)
        harness.disk.failNextSync()
        #expect(throws: JournalError.self) { try harness.reopen() }
        harness.disk.killProcess()
        try harness.reopen()
        #expect(harness.journal.opening.minted != nil)
        #expect(harness.journal.ownSequence == 0)
    }

    @Test func `a flipped bit in what was synced is refused, elsewhere it never makes a wrong value`() throws {
        var random = SimulationRandom(seed: 8)
        var history = try History(seed: 8)
        for _ in 0..<5 {
            try history.act(&random)
            history.harness.flush()
        }
        let harness = history.harness
        let marked = Int(harness.journal.appendedLSN)
        try harness.journal.close()
        let image = harness.disk.snapshotImage(of: JournalHarness.directory)
        let path = JournalHarness.directory + "/log/00000001.seg"
        var refused = 0
        for offset in 0..<(marked + 40) where offset < 36 || offset >= 64 {
            let disk = SimulatedFileSystem(seed: 9)
            disk.restoreImage(image, to: JournalHarness.directory)
            disk.flipBit(path, at: offset, bit: random.below(8))
            do {
                let opened = try JournalHarness(seed: 9, disk: disk)
                #expect(offset >= marked, "byte \(offset) of \(marked)")
                #expect(try opened.state() == history.states.last?.state)
                #expect(opened.journal.opening.cutBytes > 0)
            } catch let error as JournalError {
                guard case .damaged(path, let place, _, _) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(offset < marked && place <= UInt64(offset))
                refused += 1
                // Nothing was changed by the refusal.
                #expect(disk.contents(of: path)?.count == 4096)
            }
        }
        #expect(refused == marked - 28)
    }

    @Test func `damage in a segment that has a successor is refused, and named`() throws {
        let harness = try JournalHarness(segmentLength: 1024)
        for number in 0..<40 {
            try harness.put("key\(number)", String(repeating: "v", count: 60))
            harness.flush()
            harness.prepare()
        }
        try #require(harness.journal.segmentCount > 2)
        try harness.journal.close()
        let path = JournalHarness.directory + "/log/00000002.seg"
        harness.disk.flipBit(path, at: 200, bit: 3)
        #expect {
            try harness.reopen()
        } throws: { error in
            guard case JournalError.damaged(path, let offset, _, .some) = error else { return false }
            return offset <= 200 && offset >= 64
        }
        // A refusal changes nothing and gives the lock up, so the damage can be looked at again.
        harness.disk.flipBit(path, at: 200, bit: 3)
        try harness.reopen()
        #expect(try harness.values("key3") == [String(repeating: "v", count: 60)])
    }

    @Test func `a missing segment is refused`() throws {
        let harness = try JournalHarness(segmentLength: 1024)
        for number in 0..<40 {
            try harness.put("key\(number)", String(repeating: "v", count: 60))
            harness.flush()
            harness.prepare()
        }
        try harness.journal.close()
        let path = JournalHarness.directory + "/log/00000002.seg"
        try harness.disk.remove(path)
        #expect(throws: JournalError.missingSegment(file: path)) { try harness.reopen() }
    }

    @Test func `frames at another place, of another peer or of an older log are never accepted`() throws {
        let harness = try JournalHarness()
        try harness.put("a", "1")
        harness.flush()
        let start = 64
        let end = Int(harness.journal.appendedLSN)
        let path = JournalHarness.directory + "/log/00000001.seg"
        let group = try #require(harness.disk.contents(of: path))[start..<end]
        harness.disk.killProcess()
        // The very bytes of the group, one group further on.
        try harness.disk.overwrite(path, from: end, with: Array(group))
        try harness.reopen()
        #expect(harness.journal.opening.records == 1)
        #expect(harness.journal.opening.cutBytes == UInt64(group.count))

        // The same place in the log of another peer.
        let other = try JournalHarness(seed: 99)
        other.disk.killProcess()
        try other.disk.overwrite(path, from: start, with: Array(group))
        try other.reopen()
        #expect(other.journal.opening.records == 0)
        #expect(try other.values("a") == [])
    }

    @Test func `pages that a failed sync gave up are written again before they are called durable`() throws {
        let harness = try JournalHarness()
        try harness.put("a", "1")
        harness.flush()
        try harness.put("b", "2")
        harness.disk.failNextSync()
        harness.flush()
        #expect(harness.journal.failure != nil)
        // The system still shows the pages that it will never write.
        harness.disk.killProcess()
        try harness.reopen()
        #expect(try harness.values("b") == ["2"])
        let claimed = harness.journal.syncedContext
        harness.disk.crash()
        try harness.reopen()
        #expect(harness.journal.context == claimed)
        #expect(try harness.values("b") == ["2"])
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `whatever stands in a segment, opening gives an error or a store, never a crash`(seed: UInt64) throws {
        var random = SimulationRandom(seed: seed)
        let harness = try JournalHarness(seed: 4, segmentLength: 1024)
        for number in 0..<12 {
            try harness.put("key\(number % 3)", String(repeating: "v", count: 40))
            harness.flush()
        }
        try harness.journal.close()
        let path = JournalHarness.directory + "/log/0000000\(1 + random.below(2)).seg"
        let garbage = (0..<(1 + random.below(200))).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        try harness.disk.overwrite(path, from: random.below(1100), with: garbage)
        do {
            try harness.reopen()
            try harness.put("new", "value")
            _ = try harness.state()
            try harness.journal.close()
        } catch is JournalError {}
    }

    @Test func `kinds of frames from a newer version are refused as such`() throws {
        let harness = try JournalHarness()
        try harness.journal.close()
        let path = JournalHarness.directory + "/log/00000001.seg"
        let file = try harness.disk.open(path, .readWrite)
        let bytes = foreignFrame(kind: 77, peer: harness.journal.identity.peer, lsn: 64)
        try harness.disk.write(bytes.span, to: file, at: 64)
        harness.disk.close(file)
        #expect {
            try harness.reopen()
        } throws: { error in
            guard case JournalError.otherFormat(path, 64, _) = error else { return false }
            return true
        }
    }

    @Test func `a log that ends before what was synced is refused, whatever stands at its end`() throws {
        for cutsFile in [false, true] {
            let harness = try JournalHarness(segmentLength: 1024)
            for number in 0..<40 {
                try harness.put("key \(number % 5)", "value \(number)")
                if number % 4 == 3 { harness.flush() }
            }
            harness.journal.compact()
            harness.settle()
            // A compacted segment tells how far the log was synced when it was made.
            harness.flush()
            harness.disk.killProcess()
            harness.disk.wipe(JournalHarness.directory + "/index")
            let segments = harness.disk.filePaths(under: JournalHarness.directory + "/log")
                .filter { $0.hasSuffix(".seg") }
            try #require(segments.count >= 2)
            let last = try #require(segments.last)
            let file = try harness.disk.open(last, .readWrite)
            if cutsFile {
                try harness.disk.truncate(file, to: 64)
            } else {
                let zeros = [UInt8](repeating: 0, count: Int(try harness.disk.size(of: file)) - 64)
                try harness.disk.write(zeros.span, to: file, at: 64)
            }
            try harness.disk.sync(file)
            harness.disk.close(file)
            #expect {
                try harness.reopen()
            } throws: { error in
                guard case .damaged(let path, 64, let what, .some) = error as? JournalError else { return false }
                return path == last && what.contains("ends before what had been synced")
            }
            // Nothing was cut off, and a node that has peers heals.
            harness.configuration.healsDamage = true
            try harness.reopen()
            #expect(harness.journal.isHealing)
            try harness.journal.close()
        }
    }
}
