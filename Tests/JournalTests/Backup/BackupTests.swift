import Causality
import Journal
import Simulation
import Testing

/// Backups as files: what is in them, and what is found when they are not what was written.
@Suite struct BackupTests {
    @Test(arguments: UInt64(1)...20)
    func `what is restored is what was synced when the backup was begun`(_ seed: UInt64) throws {
        let world = try BackupWorld(seed: seed)
        try world.live(150)
        let expected = try world.syncedState()
        let path = try world.backup("full")
        #expect(try world.restore([path]) == expected)
    }

    @Test(arguments: UInt64(1)...20)
    func `a full backup and those made since give what was synced when the last was begun`(_ seed: UInt64) throws {
        let world = try BackupWorld(seed: seed)
        try world.live(100)
        var paths = [try world.backup("full")]
        var states: [StoreState] = []
        for number in 1...4 {
            try world.live(60)
            states.append(try world.syncedState())
            let since = try BackupFile.context(of: paths[paths.count - 1], files: world.disk)
            paths.append(try world.backup("since \(number)", since: since))
        }
        for number in 1...4 {
            #expect(try world.restore(Array(paths[...number])) == states[number - 1])
        }
        // One made from an early backup stands for all between.
        let since = try BackupFile.context(of: paths[0], files: world.disk)
        let expected = try world.syncedState()
        #expect(try world.restore([paths[0], try world.backup("leap", since: since)]) == expected)
    }

    @Test func `an incremental backup holds what has changed, and little else`() throws {
        let world = try BackupWorld(seed: 9, segmentLength: 65_536)
        for number in 1...500 { try world.harness.put("key \(number)", String(repeating: "x", count: 100)) }
        world.harness.flush()
        let full = try world.backup("full", pieces: 100_000)
        try world.harness.put("key 1", "changed")
        world.harness.flush()
        let since = try BackupFile.context(of: full, files: world.disk)
        var stream = try world.stream(since: since)
        let bytes = try stream.read(.max, from: world.journal)
        #expect(stream.recordCount <= 30 && stream.keptCount >= 470 && bytes.count < 10_000)
        stream.close(world.journal)
    }

    @Test func `a flipped bit anywhere is found`() throws {
        let world = try BackupWorld(seed: 11)
        try world.live(60)
        world.harness.flush()
        let full = try world.backup("full")
        let since = try BackupFile.context(of: full, files: world.disk)
        try world.live(30)
        world.harness.flush()
        let path = try world.backup("since", since: since)
        let bytes = try #require(world.disk.contents(of: path))
        for offset in bytes.indices {
            var damaged = bytes
            damaged[offset] ^= 1 << UInt8(offset % 8)
            var decoder = BackupDecoder()
            decoder.append(damaged)
            #expect(throws: BackupError.self, "byte \(offset)") {
                try decoder.check()
                try decoder.finish()
            }
        }
    }

    @Test func `a backup that was cut off anywhere is found to be incomplete`() throws {
        let world = try BackupWorld(seed: 12)
        try world.live(40)
        world.harness.flush()
        let bytes = try #require(world.disk.contents(of: try world.backup("full")))
        for length in bytes.indices {
            var decoder = BackupDecoder()
            // In two pieces, so that frames are met in parts.
            decoder.append(Array(bytes[..<(length / 2)]))
            try decoder.check()
            decoder.append(Array(bytes[(length / 2)..<length]))
            try decoder.check()
            #expect(throws: BackupError.self) { try decoder.finish() }
        }
        var decoder = BackupDecoder()
        decoder.append(bytes + [0])
        #expect(throws: BackupError.self) { try decoder.check() }
    }

    @Test func `frames of one backup do not pass for those of another`() throws {
        let world = try BackupWorld(seed: 13)
        try world.live(60)
        world.harness.flush()
        let first = try #require(world.disk.contents(of: try world.backup("first", pieces: 1_000_000)))
        let second = try #require(world.disk.contents(of: try world.backup("second", pieces: 1_000_000)))
        var decoder = BackupDecoder()
        decoder.append(Array(first[..<24]) + Array(second[24...]))
        #expect(throws: BackupError.self) { try decoder.check() }
    }

    @Test func `any bytes are read without harm`() throws {
        let world = try BackupWorld(seed: 14)
        try world.live(60)
        world.harness.flush()
        let bytes = try #require(world.disk.contents(of: try world.backup("full")))
        var random = SimulationRandom(seed: 15)
        for _ in 1...2000 {
            var mangled = bytes
            for _ in 0...random.below(6) {
                switch random.below(3) {
                case 0: mangled[random.below(mangled.count)] = UInt8(truncatingIfNeeded: random.next())
                case 1: mangled.removeLast(random.below(mangled.count - 24))
                default: mangled.insert(UInt8(truncatingIfNeeded: random.next()), at: random.below(mangled.count))
                }
            }
            var decoder = BackupDecoder()
            decoder.append(mangled)
            guard mangled != bytes else { continue }
            #expect(throws: BackupError.self) {
                try decoder.check()
                try decoder.finish()
            }
        }
    }

    @Test func `a text is no backup`() throws {
        var decoder = BackupDecoder()
        decoder.append(Array("REDIS0009 and more of it".utf8))
        #expect(throws: BackupError.notABackup) { try decoder.check() }
    }
}
