import Platform
import Simulation
import Testing

struct SimulatedFileFaultTests {
    static let seeds = Array(UInt64(1)...UInt64(20))

    @Test(arguments: seeds)
    func `a failed sync drops its pages, whatever a later one says`(seed: UInt64) throws {
        let disk = try DiskFixture(seed: seed)
        let file = try disk.makeDurable("/d/f", [1, 1])
        try disk.files.write([2, 2].span, to: file, at: 0)
        disk.files.failNextSync()
        #expect(throws: SystemCallError.self) { try disk.files.sync(file) }
        #expect(disk.files.contents(of: "/d/f") == [2, 2], "programs still see the dropped pages")
        try disk.files.sync(file)
        #expect(disk.files.durableContents(of: "/d/f") == [1, 1])
        disk.files.crash()
        #expect(disk.files.contents(of: "/d/f") == [1, 1])
    }

    @Test func `a failed sync of a directory leaves its names pending`() throws {
        let disk = try DiskFixture(seed: 1)
        _ = try disk.make("/d/f", [1])
        disk.files.failNextSync()
        #expect(throws: SystemCallError.self) { try disk.files.syncDirectory("/d") }
        try disk.files.syncDirectory("/d")
        disk.files.crash()
        #expect(disk.files.exists("/d/f"))
    }

    @Test func `a full disk takes what fits and says so, and works again when there is room`() throws {
        let disk = try DiskFixture(seed: 1)
        disk.files.conditions.capacity = 1000
        let file = try disk.make("/d/f", [UInt8](repeating: 1, count: 900))
        #expect(try disk.files.freeBytes(at: "/d") == 100)
        let more = [UInt8](repeating: 2, count: 300)
        let error = #expect(throws: SystemCallError.self) { try disk.files.write(more.span, to: file, at: 900) }
        #expect(error?.kind == .noSpace)
        #expect(try disk.files.size(of: file) == 1000)
        try disk.files.write(more.span, to: file, at: 0)
        disk.files.conditions.capacity = 2000
        try disk.files.write(more.span, to: file, at: 900)
        #expect(try disk.files.size(of: file) == 1200)
    }

    @Test func `a file that does not fit is not prepared`() throws {
        let disk = try DiskFixture(seed: 1)
        disk.files.conditions.capacity = 1000
        disk.files.submit(StorageJob(id: 1, lane: .background, steps: [.prepare(path: "/d/s", size: 4096)]))
        disk.files.runJobs()
        let completion = try #require(disk.files.takeCompletions().first)
        #expect(throws: SystemCallError.self) { try completion.result.get() }
        #expect(!disk.files.exists("/d/s"))
    }

    @Test func `reads and writes fail when told to`() throws {
        let disk = try DiskFixture(seed: 1)
        let file = try disk.make("/d/f", [1])
        disk.files.failNextWrite()
        #expect(throws: SystemCallError.self) { try disk.files.write([2].span, to: file, at: 0) }
        #expect(disk.files.contents(of: "/d/f") == [1])
        disk.files.failNextRead()
        var buffer: [UInt8] = [0]
        #expect(throws: SystemCallError.self) {
            var span = buffer.mutableSpan
            _ = try disk.files.read(file, at: 0, into: &span)
        }
        var span = buffer.mutableSpan
        #expect(try disk.files.read(file, at: 0, into: &span) == 1)
        #expect(buffer == [1])
    }

    @Test func `a read stops at the end of the file`() throws {
        let disk = try DiskFixture(seed: 1)
        let file = try disk.make("/d/f", [1, 2, 3])
        var buffer = [UInt8](repeating: 9, count: 4)
        var span = buffer.mutableSpan
        #expect(try disk.files.read(file, at: 1, into: &span) == 2)
        #expect(try disk.files.read(file, at: 3, into: &span) == 0)
        #expect(try disk.files.read(file, at: .max, into: &span) == 0)
        #expect(buffer == [2, 3, 9, 9])
    }

    @Test func `a flipped bit stays and does not touch the change stamp`() throws {
        let disk = try DiskFixture(seed: 1)
        _ = try disk.makeDurable("/d/f", [0, 0])
        let stamp = try disk.files.changeStamp(of: "/d/f")
        disk.files.flipBit("/d/f", at: 1, bit: 3)
        #expect(disk.files.contents(of: "/d/f") == [0, 8])
        disk.files.crash()
        #expect(disk.files.contents(of: "/d/f") == [0, 8])
        #expect(try disk.files.changeStamp(of: "/d/f") == stamp)
    }

    @Test func `change stamps tell writes, renames and copies`() throws {
        let disk = try DiskFixture(seed: 1)
        let file = try disk.makeDurable("/d/f", [1])
        var stamps = [try disk.files.changeStamp(of: "/d/f")]
        try disk.files.write([2].span, to: file, at: 0)
        stamps.append(try disk.files.changeStamp(of: "/d/f"))
        try disk.files.rename("/d/f", to: "/d/g")
        stamps.append(try disk.files.changeStamp(of: "/d/g"))
        let image = disk.files.snapshotImage(of: "/d")
        disk.files.copyDirectory("/d", to: "/e/copy")
        stamps.append(try disk.files.changeStamp(of: "/e/copy/g"))
        disk.files.restoreImage(image, to: "/d")
        stamps.append(try disk.files.changeStamp(of: "/d/g"))
        #expect(stamps == stamps.sorted() && Set(stamps).count == stamps.count)
    }

    @Test(arguments: seeds)
    func `a stamp that was read after the name was synced survives a crash`(seed: UInt64) throws {
        let disk = try DiskFixture(seed: seed)
        let file = try disk.make("/d/tmp", [1])
        try disk.files.sync(file)
        try disk.files.rename("/d/tmp", to: "/d/identity")
        try disk.files.syncDirectory("/d")
        let stamp = try disk.files.changeStamp(of: "/d/identity")
        disk.files.crash()
        #expect(try disk.files.changeStamp(of: "/d/identity") == stamp)
    }

    @Test func `a restored directory holds the image and nothing else, durably`() throws {
        let disk = try DiskFixture(seed: 3)
        _ = try disk.makeDurable("/d/f", [1])
        try disk.files.createDirectory("/d/log")
        let image = disk.files.snapshotImage(of: "/d")
        _ = try disk.make("/d/log/g", [2])
        disk.files.restoreImage(image, to: "/d")
        disk.files.crash()
        let restored = disk.files.snapshotImage(of: "/d")
        #expect(restored.entries.map(\.path) == image.entries.map(\.path))
        #expect(restored.entries.map(\.bytes) == image.entries.map(\.bytes))
        // The files are other ones, unless it was the machine's whole disk that was put back.
        #expect(restored.entries[0].birth != image.entries[0].birth)
        disk.files.restoreImage(image, to: "/d", isMachine: true)
        disk.files.crash()
        #expect(disk.files.snapshotImage(of: "/d") == image)
        disk.files.wipe("/d")
        #expect(!disk.files.exists("/d"))
        disk.files.crash()
        #expect(!disk.files.exists("/d"))
    }
}
