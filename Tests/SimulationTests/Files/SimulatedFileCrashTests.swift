import Platform
import Simulation
import Testing

/// What a power cut may and may not take: the promises that the log is built on.
struct SimulatedFileCrashTests {
    static let seeds = Array(UInt64(1)...UInt64(40))
    static let old = [UInt8](repeating: 0xAA, count: 2048)
    static let new = [UInt8](repeating: 0xBB, count: 2048)

    @Test(arguments: seeds)
    func `synced bytes under a synced name survive`(seed: UInt64) throws {
        let disk = try DiskFixture(seed: seed)
        _ = try disk.makeDurable("/d/f", Self.old)
        disk.files.crash()
        #expect(disk.files.contents(of: "/d/f") == Self.old)
    }

    @Test func `unsynced bytes may be kept, lost or torn, each sector by itself`() throws {
        var outcomes: Set<String> = []
        for seed in Self.seeds {
            let disk = try DiskFixture(seed: seed)
            let file = try disk.makeDurable("/d/f", Self.old)
            try disk.files.write(Self.new.span, to: file, at: 0)
            disk.files.crash()
            let found = try #require(disk.files.contents(of: "/d/f"))
            #expect(found.count == Self.old.count)
            #expect(found.allSatisfy { $0 == 0xAA || $0 == 0xBB })
            if found == Self.old {
                outcomes.insert("lost")
            } else if found == Self.new {
                outcomes.insert("kept")
            } else {
                let sectors = stride(from: 0, to: 2048, by: 512).map { Set(found[$0..<$0 + 512]).count }
                outcomes.insert(sectors.contains(2) ? "torn" : "mixed")
            }
        }
        #expect(outcomes == ["lost", "kept", "torn", "mixed"])
    }

    @Test func `an unsynced growth may leave zeros, and never foreign bytes`() throws {
        var lengths: Set<Int> = []
        var sawZeros = false
        for seed in Self.seeds {
            let disk = try DiskFixture(seed: seed)
            let file = try disk.makeDurable("/d/f", [1, 2, 3])
            try disk.files.write(Self.new.span, to: file, at: 3)
            disk.files.crash()
            let found = try #require(disk.files.contents(of: "/d/f"))
            #expect(found.prefix(3) == [1, 2, 3])
            #expect(found.count >= 3 && found.count <= 2051)
            #expect(found.dropFirst(3).allSatisfy { $0 == 0 || $0 == 0xBB })
            lengths.insert(found.count)
            sawZeros = sawZeros || found.dropFirst(3).contains(0)
        }
        #expect(lengths.contains(3) && lengths.contains(2051) && lengths.count > 2)
        #expect(sawZeros)
    }

    @Test func `a truncation is lost or kept as a whole, and durable after a sync`() throws {
        var lengths: Set<Int> = []
        for seed in Self.seeds {
            let disk = try DiskFixture(seed: seed)
            let file = try disk.makeDurable("/d/f", Self.old)
            try disk.files.truncate(file, to: 100)
            if seed % 2 == 0 {
                try disk.files.sync(file)
            }
            disk.files.crash()
            let found = try #require(disk.files.contents(of: "/d/f"))
            #expect(found.allSatisfy { $0 == 0xAA })
            if seed % 2 == 0 {
                #expect(found.count == 100)
            } else {
                lengths.insert(found.count)
            }
        }
        #expect(lengths == [100, 2048])
    }

    @Test(arguments: seeds)
    func `bytes cut off and grown again read as zeros once synced`(seed: UInt64) throws {
        let disk = try DiskFixture(seed: seed)
        let file = try disk.makeDurable("/d/f", Self.old)
        try disk.files.truncate(file, to: 700)
        try disk.files.truncate(file, to: 2048)
        try disk.files.sync(file)
        let expected = [UInt8](repeating: 0xAA, count: 700) + [UInt8](repeating: 0, count: 1348)
        #expect(disk.files.durableContents(of: "/d/f") == expected)
        disk.files.crash()
        #expect(disk.files.contents(of: "/d/f") == expected)
    }

    @Test func `a created name may be lost until its directory is synced`() throws {
        var survived: Set<Bool> = []
        for seed in Self.seeds {
            let disk = try DiskFixture(seed: seed)
            let file = try disk.make("/d/f", Self.old)
            try disk.files.sync(file)
            disk.files.crash()
            survived.insert(disk.files.exists("/d/f"))
        }
        #expect(survived == [true, false])
    }

    @Test func `a rename is atomic, and may be lost until its directory is synced`() throws {
        var outcomes: Set<[UInt8]> = []
        for seed in Self.seeds {
            let disk = try DiskFixture(seed: seed)
            _ = try disk.makeDurable("/d/f", [1])
            _ = try disk.makeDurable("/d/g", [2])
            try disk.files.rename("/d/g", to: "/d/f")
            if seed % 2 == 0 {
                try disk.files.syncDirectory("/d")
            }
            disk.files.crash()
            let found = try #require(disk.files.contents(of: "/d/f"))
            #expect(disk.files.exists("/d/g") == (found == [1]))
            if seed % 2 == 0 {
                #expect(found == [2])
            } else {
                outcomes.insert(found)
            }
        }
        #expect(outcomes == [[1], [2]])
    }

    @Test func `what survives of a directory's changes is a prefix of them`() throws {
        var counts: Set<Int> = []
        for seed in Self.seeds {
            let disk = try DiskFixture(seed: seed)
            for name in ["a", "b", "c", "d"] {
                _ = try disk.make("/d/" + name, [])
            }
            disk.files.crash()
            let names = try disk.files.list("/d")
            #expect(names == Array(["a", "b", "c", "d"].prefix(names.count)))
            counts.insert(names.count)
        }
        #expect(counts.contains(0) && counts.contains(4) && counts.count > 2)
    }

    @Test func `a new directory may be lost with all it holds until its parent is synced`() throws {
        var survived: Set<Bool> = []
        for seed in Self.seeds {
            let disk = try DiskFixture(seed: seed)
            try disk.files.createDirectory("/d/log")
            _ = try disk.make("/d/log/f", [1])
            try disk.files.syncDirectory("/d/log")
            disk.files.crash()
            #expect(disk.files.exists("/d/log") == disk.files.exists("/d/log/f"))
            survived.insert(disk.files.exists("/d/log"))
        }
        #expect(survived == [true, false])
    }

    @Test func `a removed file may come back until its directory is synced`() throws {
        var survived: Set<Bool> = []
        for seed in Self.seeds {
            let disk = try DiskFixture(seed: seed)
            _ = try disk.makeDurable("/d/f", [1])
            try disk.files.remove("/d/f")
            #expect(!disk.files.exists("/d/f"))
            disk.files.crash()
            survived.insert(disk.files.exists("/d/f"))
        }
        #expect(survived == [true, false])
    }

    @Test func `a crash gives up locks and descriptors`() throws {
        let disk = try DiskFixture(seed: 1)
        let file = try disk.files.lock("/d/lock")
        try disk.files.syncDirectory("/d")
        #expect(throws: SystemCallError.self) { try disk.files.lock("/d/lock") }
        disk.files.crash()
        #expect(throws: SystemCallError.self) { try disk.files.size(of: file) }
        let again = try disk.files.lock("/d/lock")
        disk.files.close(again)
        _ = try disk.files.lock("/d/lock")
    }

    @Test func `a killed process loses nothing that was written`() throws {
        let disk = try DiskFixture(seed: 1)
        _ = try disk.make("/d/f", Self.new)
        disk.files.killProcess()
        #expect(disk.files.contents(of: "/d/f") == Self.new)
    }

    @Test func `a second crash right after the first changes nothing`() throws {
        for seed in Self.seeds {
            let disk = try DiskFixture(seed: seed)
            _ = try disk.make("/d/f", Self.new)
            disk.files.crash()
            let first = disk.files.snapshotImage(of: "/d")
            disk.files.crash()
            #expect(disk.files.snapshotImage(of: "/d") == first)
        }
    }
}
