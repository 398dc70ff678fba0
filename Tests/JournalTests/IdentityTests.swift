import Causality
import Journal
import Platform
import Simulation
import Testing

@Suite struct IdentityTests {
    @Test func `a new directory gets a peer ID and keeps it`() throws {
        let harness = try JournalHarness()
        #expect(harness.journal.opening.minted == .newDirectory)
        let peer = harness.journal.identity.peer
        try harness.journal.close()
        try harness.reopen()
        #expect(harness.journal.opening.minted == nil)
        #expect(harness.journal.identity.peer == peer)
        harness.disk.crash()
        try harness.reopen()
        #expect(harness.journal.identity.peer == peer)
        #expect(harness.journal.identity.predecessors == [])
    }

    @Test func `a copied or restored directory gets a new peer ID and keeps its data`() throws {
        let harness = try JournalHarness()
        try harness.put("a", "1")
        try harness.put("b", "2")
        try harness.journal.close()
        let old = harness.journal.identity.peer
        harness.disk.restoreImage(harness.disk.snapshotImage(of: "data"), to: "data")
        try harness.reopen()
        #expect(harness.journal.opening.minted == .copied)
        #expect(harness.journal.identity.peer != old)
        #expect(harness.journal.identity.predecessors == [old])
        #expect(try harness.values("b") == ["2"])
        #expect(harness.journal.ownSequence == 0)
        #expect(harness.journal.syncedOwn == (0, 0))

        let dot = try harness.put("a", "3").dot
        #expect(dot == Dot(peer: harness.journal.identity.peer, sequence: 1))
        #expect(try harness.values("a") == ["3"])
        try harness.journal.close()
        try harness.reopen()
        #expect(harness.journal.opening.minted == nil)
        #expect(harness.journal.ownSequence == 1)
        #expect(try harness.values("a") == ["3"])
    }

    @Test func `a log that was restored alone gets a new peer ID too, once`() throws {
        let harness = try JournalHarness()
        try harness.put("a", "1")
        try harness.journal.close()
        let old = harness.journal.identity.peer
        let earlier = harness.disk.snapshotImage(of: "data/log")
        try harness.reopen()
        #expect(harness.journal.opening.minted == nil)
        try harness.put("a", "2")
        try harness.journal.close()
        harness.disk.restoreImage(earlier, to: "data/log")
        try harness.reopen()
        #expect(harness.journal.opening.minted == .logCopied)
        #expect(harness.journal.identity.predecessors == [old])
        let dot = try harness.put("a", "3").dot
        #expect(dot.peer != old)
        try harness.journal.close()
        // The restored segment is a predecessor's now, and copies of those are nothing to worry about.
        try harness.reopen()
        #expect(harness.journal.opening.minted == nil)
        #expect(try harness.values("a") == ["3"])
    }

    @Test func `a log from before the present identity gets a new one`() throws {
        let harness = try JournalHarness()
        try harness.put("a", "1")
        try harness.journal.close()
        let earlier = harness.disk.snapshotImage(of: "data/log")
        harness.disk.restoreImage(harness.disk.snapshotImage(of: "data"), to: "data")
        try harness.reopen()
        let second = harness.journal.identity.peer
        try harness.put("b", "2")
        try harness.journal.close()
        // The log knows nothing of the second identity, whose writes others may have.
        harness.disk.restoreImage(earlier, to: "data/log")
        try harness.reopen()
        #expect(harness.journal.opening.minted == .logMissing)
        #expect(harness.journal.identity.peer != second)
        #expect(try harness.values("a") == ["1"])
    }

    @Test func `a log that is gone gets a new identity`() throws {
        let harness = try JournalHarness()
        try harness.put("a", "1")
        try harness.journal.close()
        let old = harness.journal.identity.peer
        harness.disk.wipe("data/log")
        try harness.reopen()
        #expect(harness.journal.opening.minted == .logMissing)
        #expect(harness.journal.identity.peer != old)
    }

    @Test func `a lock file that is missing or garbled proves nothing`() throws {
        let harness = try JournalHarness()
        try harness.journal.close()
        try harness.disk.remove("data/lock")
        try harness.reopen()
        #expect(harness.journal.opening.minted == .unproven)
        try harness.journal.close()
        try harness.disk.overwrite("data/lock", from: 0, with: Array("nonsense".utf8))
        try harness.reopen()
        #expect(harness.journal.opening.minted == .unproven)
        #expect(harness.journal.identity.predecessors.count == 2)
    }

    @Test func `minting again and again without writing leaves one segment`() throws {
        let harness = try JournalHarness()
        for _ in 0..<70 {
            try harness.journal.close()
            try harness.disk.remove("data/lock")
            try harness.reopen()
        }
        #expect(harness.journal.segmentCount == 1)
        #expect(harness.journal.identity.predecessors.count == 64)
    }

    @Test func `segments of peers that are no longer announced stay readable`() throws {
        let harness = try JournalHarness(segmentLength: 1024)
        try harness.put("first", "1")
        for number in 0..<70 {
            try harness.journal.close()
            try harness.disk.remove("data/lock")
            try harness.reopen()
            try harness.put("key", "\(number)")
        }
        #expect(try harness.values("first") == ["1"])
        #expect(try harness.values("key") == ["69"])
        #expect(harness.journal.segmentCount >= 71)
    }

    @Test func `minting while running flushes, begins a segment and restarts the sequence`() throws {
        let harness = try JournalHarness()
        let old = harness.journal.identity.peer
        try harness.put("a", "1")
        let job = try #require(harness.journal.takeFlush(sync: true))
        try harness.put("b", "2")
        let new = PeerID(rawValue: 42)
        #expect(throws: JournalError.busy) { try harness.journal.mint(new) }
        harness.disk.submit(job)
        harness.runJobs()
        try harness.journal.mint(new)
        #expect(harness.journal.syncedContext.contains(Dot(peer: old, sequence: 2)))
        #expect(throws: JournalError.identityInUse(old)) { try harness.journal.mint(old) }
        #expect(try harness.put("c", "3").dot == Dot(peer: new, sequence: 1))
        harness.flush()
        #expect(harness.journal.syncedOwn.sequence == 1)
        harness.disk.crash()
        try harness.reopen()
        #expect(harness.journal.opening.minted == nil)
        #expect(harness.journal.identity.peer == new)
        #expect(harness.journal.identity.predecessors == [old])
        #expect(harness.journal.segmentCount == 2)
        #expect(try harness.values("b") == ["2"])
        #expect(try harness.values("c") == ["3"])
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func `a power cut while a directory is created or minted leaves one that opens`(seed: UInt64) throws {
        let disk = SimulatedFileSystem(seed: seed)
        disk.conditions.writeErrorRate = 0.1
        disk.conditions.syncFailureRate = 0.1
        for _ in 0..<8 {
            _ = try? JournalHarness(seed: seed, disk: disk)
            disk.crash()
        }
        disk.conditions = StorageConditions()
        let harness = try JournalHarness(seed: seed &+ 1, disk: disk)
        try harness.put("a", "1")
        harness.flush()
        disk.crash()
        try harness.reopen()
        #expect(harness.journal.opening.minted == nil)
        #expect(try harness.values("a") == ["1"])
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a power cut while minting leaves the old or a new identity, and every synced write`(seed: UInt64) throws {
        var random = SimulationRandom(seed: seed)
        let harness = try JournalHarness(seed: seed)
        try harness.put("a", "1")
        harness.flush()
        let old = harness.journal.identity.peer
        try harness.put("b", "2")
        harness.disk.conditions.syncFailureRate = 0.3
        harness.disk.conditions.writeErrorRate = 0.2
        let new = PeerID(rawValue: random.next())
        let minted: Void? = try? harness.journal.mint(new)
        harness.disk.conditions = StorageConditions()
        if minted == nil { #expect(harness.journal.failure != nil) }
        harness.disk.crash()
        try harness.reopen()
        #expect(try harness.values("a") == ["1"])
        if minted != nil { #expect(try harness.values("b") == ["2"]) }
        let peer = harness.journal.identity.peer
        #expect(peer == old || harness.journal.identity.predecessors.contains(old))
        // No dot is used twice, whoever writes now.
        let context = harness.journal.context
        #expect(!context.contains(try harness.put("c", "3").dot))
    }

    @Test func `a directory in use, of another cluster, or foreign is refused by name`() throws {
        let harness = try JournalHarness()
        try harness.put("a", "1")
        #expect(throws: JournalError.locked(file: "data/lock")) { try harness.reopen() }
        try harness.journal.close()

        harness.configuration.cluster = "other"
        let refusal = JournalError.otherCluster(file: "data/identity", found: "test", expected: "other")
        #expect(throws: refusal) { try harness.reopen() }
        harness.configuration.cluster = "test"

        let peer = harness.journal.identity.peer
        let image = harness.disk.snapshotImage(of: "data/log")
        let other = try JournalHarness(seed: 3)
        try other.journal.close()
        other.disk.restoreImage(image, to: "data/log")
        #expect(throws: JournalError.foreignSegment(file: "data/log/00000001.seg", peer: peer)) {
            try other.reopen()
        }
        try harness.disk.remove("data/identity")
        #expect(throws: JournalError.foreignSegment(file: "data/log/00000001.seg", peer: peer)) {
            try harness.reopen()
        }
        #expect(!harness.disk.exists("data/identity"))
    }

    @Test func `a damaged identity is refused, a newer one told apart`() throws {
        let harness = try JournalHarness()
        try harness.journal.close()
        let content = try #require(harness.disk.contents(of: "data/identity"))
        for offset in 0..<content.count {
            harness.disk.flipBit("data/identity", at: offset, bit: offset % 8)
            #expect(throws: JournalError.self) { try harness.reopen() }
            harness.disk.flipBit("data/identity", at: offset, bit: offset % 8)
        }
        try harness.reopen()
        #expect(harness.journal.opening.minted == nil)
    }

    @Test(arguments: ["", "two\nlines", String(repeating: "x", count: 256)])
    func `a cluster name that could not be stored is refused`(name: String) throws {
        let harness = try JournalHarness()
        try harness.journal.close()
        harness.configuration.cluster = name
        #expect(throws: JournalError.self) { try harness.reopen() }
    }
}
