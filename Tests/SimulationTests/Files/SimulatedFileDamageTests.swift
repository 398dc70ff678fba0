import Platform
import Simulation
import Testing

/// What a medium does to bytes that were written well.
struct SimulatedFileDamageTests {
    private static let path = "/d/f"
    private static let content = (0..<4096).map { UInt8(truncatingIfNeeded: $0 % 251 + 1) }

    private static func read(_ disk: DiskFixture, _ file: FileID, _ range: Range<Int>) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        var span = bytes.mutableSpan
        let count = try disk.files.read(file, at: UInt64(range.lowerBound), into: &span)
        return Array(bytes.prefix(count))
    }

    @Test func `a rotten sector fails every read that touches it, and no other`() throws {
        let disk = try DiskFixture(seed: 1)
        let file = try disk.makeDurable(Self.path, Self.content)
        disk.files.rotSectors(Self.path, 1024..<1025)
        for range in [1024..<1536, 1535..<1536, 0..<4096, 1000..<1025] {
            let error = #expect(throws: SystemCallError.self) { try Self.read(disk, file, range) }
            #expect(error?.kind == .inputOutput)
        }
        #expect(try Self.read(disk, file, 0..<1024) == Array(Self.content[0..<1024]))
        #expect(try Self.read(disk, file, 1536..<4096) == Array(Self.content[1536...]))
        #expect(disk.files.faultCounts.rottenSectors == 1)
        #expect(disk.files.faultCounts.rottenReads == 4)
    }

    @Test func `a rotten sector stays so after a power cut, and is readable again once written`() throws {
        let disk = try DiskFixture(seed: 1)
        _ = try disk.makeDurable(Self.path, Self.content)
        disk.files.rotSectors(Self.path, 512..<1536)
        disk.files.crash()
        let file = try disk.files.open(Self.path, .readWrite)
        #expect(throws: SystemCallError.self) { try Self.read(disk, file, 600..<601) }
        try disk.files.write([7].span, to: file, at: 600)
        #expect(try Self.read(disk, file, 512..<1024)[88] == 7)
        #expect(try Self.read(disk, file, 512..<1024)[87] == Self.content[599])
        #expect(throws: SystemCallError.self) { try Self.read(disk, file, 1024..<1025) }
    }

    @Test func `a write of the past that had landed elsewhere leaves zeros in its place`() throws {
        let disk = try DiskFixture(seed: 1)
        _ = try disk.makeDurable(Self.path, Self.content)
        _ = try disk.makeDurable("/d/g", [UInt8](repeating: 0xEE, count: 1000))
        let stamp = try disk.files.changeStamp(of: "/d/g")
        disk.files.misdirect(512..<1536, of: Self.path, to: 512, of: "/d/g")
        for _ in 0..<2 {
            let source = try #require(disk.files.contents(of: Self.path))
            #expect(source[512..<1536].allSatisfy { $0 == 0 })
            #expect(source[..<512] == Self.content[..<512] && source[1536...] == Self.content[1536...])
            let target = try #require(disk.files.contents(of: "/d/g"))
            #expect(target.count == 1000, "what reaches beyond the end is cut off")
            #expect(Array(target[512...]) == Array(Self.content[512..<1000]))
            #expect(target[..<512].allSatisfy { $0 == 0xEE })
            disk.files.crash()
        }
        #expect(try disk.files.changeStamp(of: "/d/g") == stamp)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a write that lands elsewhere is reported as done, and its own place keeps what it held`(
        seed: UInt64
    ) throws {
        let disk = try DiskFixture(seed: seed)
        let file = try disk.makeDurable(Self.path, [UInt8](repeating: 1, count: 2048))
        _ = try disk.makeDurable("/d/g", [UInt8](repeating: 2, count: 2048))
        disk.files.misdirectNextWrite()
        try disk.files.write([UInt8](repeating: 3, count: 512).span, to: file, at: 512)
        try disk.files.sync(file)
        disk.files.crash()
        let (own, other) = (disk.files.contents(of: Self.path), disk.files.contents(of: "/d/g"))
        let bytes = (own ?? []) + (other ?? [])
        #expect(bytes.count == 4096)
        // Any sector may be hit, also the right one by chance.
        #expect(bytes.count { $0 == 3 } == 512)
        #expect(disk.files.faultCounts.misdirectedWrites == 1)
        try disk.files.write([4].span, to: try disk.files.open(Self.path, .readWrite), at: 0)
        #expect(disk.files.contents(of: Self.path)?[0] == 4, "only one write was hit")
    }

    @Test func `rot strikes what is on the medium, and not what was written since`() throws {
        let disk = try DiskFixture(seed: 1)
        let file = try disk.makeDurable(Self.path, [UInt8](repeating: 0, count: 1024))
        try disk.files.write([9].span, to: file, at: 0)
        disk.files.flipBit(Self.path, at: 0, bit: 7)
        disk.files.flipBit(Self.path, at: 600, bit: 0)
        #expect(try Self.read(disk, file, 0..<1) == [9])
        #expect(disk.files.durableContents(of: Self.path)?[0] == 128)
        #expect(try Self.read(disk, file, 600..<601) == [1])
        disk.files.flipBit("/d/none", at: 0, bit: 0)
        disk.files.flipBit(Self.path, at: 5000, bit: 0)
        #expect(disk.files.contents(of: Self.path)?.count == 1024)
    }

    @Test func `at some rate reads, writes and syncs fail, and what fails does nothing`() throws {
        let disk = try DiskFixture(seed: 3)
        let file = try disk.makeDurable(Self.path, [0])
        disk.files.conditions.writeErrorRate = 0.5
        disk.files.conditions.readErrorRate = 0.5
        disk.files.conditions.syncFailureRate = 0.5
        var last: UInt8 = 0
        var failures = [0, 0, 0]
        for value in 1...200 as ClosedRange<UInt8> {
            do {
                try disk.files.write([value].span, to: file, at: 0)
                last = value
            } catch { failures[0] += 1 }
            #expect(disk.files.contents(of: Self.path) == [last])
            do {
                #expect(try Self.read(disk, file, 0..<1) == [last])
            } catch { failures[1] += 1 }
            do {
                try disk.files.sync(file)
            } catch { failures[2] += 1 }
        }
        #expect(failures.allSatisfy { (60...140).contains($0) }, "\(failures)")
        let counts = disk.files.faultCounts
        #expect([counts.writeErrors, counts.readErrors, counts.syncFailures] == failures)
    }

    @Test func `a sync that fails at some rate drops what it should have written, for good`() throws {
        let disk = try DiskFixture(seed: 1)
        let file = try disk.makeDurable(Self.path, [1, 1])
        try disk.files.write([2, 2].span, to: file, at: 0)
        disk.files.conditions.syncFailureRate = 1
        for _ in 0..<3 { #expect(throws: SystemCallError.self) { try disk.files.sync(file) } }
        disk.files.conditions.syncFailureRate = 0
        try disk.files.sync(file)
        #expect(disk.files.durableContents(of: Self.path) == [1, 1])
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `what the system writes back by itself survives a power cut without a sync`(seed: UInt64) throws {
        let disk = try DiskFixture(seed: seed)
        let file = try disk.makeDurable(Self.path, [UInt8](repeating: 1, count: 2048))
        disk.files.conditions.writeBackRate = 1
        try disk.files.write([UInt8](repeating: 2, count: 3000).span, to: file, at: 0)
        disk.files.crash()
        #expect(disk.files.contents(of: Self.path) == [UInt8](repeating: 2, count: 3000))
    }

    @Test func `a full disk leaves a file half grown, and a power cut leaves any part of that`() throws {
        var lengths: Set<Int> = []
        for seed in 1...40 as ClosedRange<UInt64> {
            let disk = try DiskFixture(seed: seed)
            let file = try disk.makeDurable(Self.path, [1])
            disk.files.conditions.capacity = 1501
            let more = [UInt8](repeating: 2, count: 4000)
            #expect(throws: SystemCallError.self) { try disk.files.write(more.span, to: file, at: 1) }
            #expect(try disk.files.size(of: file) == 1501)
            disk.files.crash()
            let found = try #require(disk.files.contents(of: Self.path))
            #expect(found.count <= 1501 && found.allSatisfy { $0 <= 2 })
            lengths.insert(found.count)
        }
        #expect(lengths.contains(1) && lengths.contains(1501) && lengths.count > 2)
    }

    @Test func `a power cut in the middle of preparing a file leaves it half grown, or not there`() throws {
        var lengths: Set<Int> = []
        for seed in 1...60 as ClosedRange<UInt64> {
            let disk = try DiskFixture(seed: seed)
            disk.files.submit(StorageJob(id: 1, lane: .background, steps: [.prepare(path: "/d/s", size: 4096)]))
            disk.files.crash()
            lengths.insert(disk.files.contents(of: "/d/s")?.count ?? -1)
        }
        #expect(lengths.contains(-1) && lengths.contains { (1..<4096).contains($0) })
    }

    @Test func `names created, renamed and removed are lost from the last one on`() throws {
        var outcomes: Set<[String]> = []
        for seed in 1...60 as ClosedRange<UInt64> {
            let disk = try DiskFixture(seed: seed)
            _ = try disk.makeDurable("/d/a", [1])
            _ = try disk.make("/d/b", [2])
            try disk.files.rename("/d/b", to: "/d/c")
            try disk.files.remove("/d/a")
            disk.files.crash()
            outcomes.insert(try disk.files.list("/d"))
        }
        #expect(outcomes == [["a"], ["a", "b"], ["a", "c"], ["c"]])
    }
}
