import Causality
import Journal
import Simulation
import Testing

/// Directories made from backups.
@Suite struct RestorationTests {
    private static func world(_ seed: UInt64) throws -> (BackupWorld, String, StoreState) {
        let world = try BackupWorld(seed: seed)
        try world.live(80)
        let expected = try world.syncedState()
        return (world, try world.backup("full"), expected)
    }

    @Test func `a restored directory is a node of its own`() throws {
        let (world, path, expected) = try Self.world(21)
        let first = try world.restore([path], into: "one", files: world.disk)
        let second = try world.restore([path], into: "two", files: world.disk)
        #expect(Set([first.peer, second.peer, world.journal.identity.peer]).count == 3)
        #expect(first.liveCount == expected.records.count && first.cluster == "test" && first.created == 7)
    }

    @Test func `a directory that holds anything is left alone`() throws {
        let (world, path, _) = try Self.world(22)
        try world.disk.createDirectory("taken")
        try world.store([1], as: "taken/file")
        #expect(throws: RestoreError.notEmpty(directory: "taken")) {
            try world.restore([path], into: "taken", files: world.disk)
        }
        #expect(try world.disk.list("taken") == ["file"])
    }

    @Test func `an incremental backup is not restored without what it was made from`() throws {
        let (world, full, _) = try Self.world(23)
        let since = try BackupFile.context(of: full, files: world.disk)
        try world.harness.put("key", "later")
        world.harness.flush()
        let later = try world.backup("later", since: since)
        #expect(throws: RestoreError.wrongOrder(file: later)) { try world.restore([later]) }
        #expect(throws: RestoreError.wrongOrder(file: later)) { try world.restore([later, full]) }
        #expect(try world.disk.list(".").allSatisfy { !$0.hasPrefix("restored") })
    }

    @Test func `nothing is written if any backup is damaged`() throws {
        let (world, full, _) = try Self.world(24)
        let bytes = try #require(world.disk.contents(of: full))
        world.disk.flipBit(full, at: bytes.count - 3, bit: 2)
        #expect(throws: RestoreError.self) { try world.restore([full], into: "target", files: world.disk) }
        #expect(!world.disk.exists("target"))
    }

    @Test func `no node opens what was restored in part`() throws {
        let (world, path, expected) = try Self.world(25)
        let counted = FusedFileSystem(world.disk)
        try world.restore([path], into: "whole", files: counted)
        var outcomes: [Bool: Int] = [:]
        for fuse in 1...counted.changes {
            let directory = "cut \(fuse)"
            let files = FusedFileSystem(world.disk, dyingAt: fuse)
            #expect(throws: RestoreError.self) { try world.restore([path], into: directory, files: files) }
            world.disk.crash()
            let isEmpty = try !world.disk.exists(directory) || world.disk.list(directory).isEmpty
            if isEmpty || world.disk.exists("\(directory)/unfinished") {
                outcomes[false, default: 0] += 1
                guard !isEmpty else { continue }
                #expect(throws: JournalError.unfinished(directory: directory)) { try world.open(directory) }
            } else {
                outcomes[true, default: 0] += 1
                #expect(try world.open(directory) == expected, "at change \(fuse)")
            }
        }
        // Only the very last step, after which nothing can go wrong, may leave it open or not.
        #expect(outcomes[false, default: 0] > 10 && outcomes[true, default: 0] <= 1)
    }
}
