import Platform
import Simulation
import Testing

struct SimulatedStorageJobTests {
    static let seeds = Array(UInt64(1)...UInt64(40))

    /// A job that writes one byte at its own place and syncs.
    private static func job(_ id: UInt64, _ file: FileID, lane: StorageJob.Lane = .commit) -> StorageJob {
        StorageJob(id: id, lane: lane, steps: [.write(file, offset: id, bytes: [UInt8(id)]), .sync(file)])
    }

    @Test(arguments: seeds)
    func `jobs of one lane end in their order`(seed: UInt64) throws {
        let disk = try DiskFixture(seed: seed)
        let file = try disk.makeDurable("/d/f", [])
        for id in UInt64(1)...5 {
            disk.files.submit(Self.job(id, file))
        }
        #expect(disk.files.takeCompletions().isEmpty, "nothing ends at once")
        disk.files.runJobs()
        #expect(disk.files.takeCompletions().map(\.id) == [1, 2, 3, 4, 5])
        #expect(disk.files.durableContents(of: "/d/f") == [0, 1, 2, 3, 4, 5])
        #expect(!disk.files.hasJobs)
    }

    @Test func `the lanes do not wait for each other`() throws {
        var firsts: Set<UInt64> = []
        for seed in Self.seeds {
            let disk = try DiskFixture(seed: seed)
            let file = try disk.makeDurable("/d/f", [])
            disk.files.submit(Self.job(1, file, lane: .background))
            disk.files.submit(Self.job(2, file, lane: .commit))
            disk.files.runJobs()
            firsts.insert(try #require(disk.files.takeCompletions().first).id)
        }
        #expect(firsts == [1, 2])
    }

    @Test func `the first step that fails ends the job with its error`() throws {
        let disk = try DiskFixture(seed: 1)
        let steps: [StorageJob.Step] = [.remove("/d/none"), .prepare(path: "/d/s", size: 10)]
        disk.files.submit(StorageJob(id: 7, lane: .background, steps: steps))
        disk.files.runJobs()
        let completion = try #require(disk.files.takeCompletions().first)
        let error = #expect(throws: SystemCallError.self) { try completion.result.get() }
        #expect(error?.kind == .notFound)
        #expect(!disk.files.exists("/d/s"))
    }

    @Test func `a job without steps ends too`() throws {
        let disk = try DiskFixture(seed: 1)
        disk.files.submit(StorageJob(id: 9, lane: .commit, steps: []))
        disk.files.runJobs()
        #expect(disk.files.takeCompletions().map(\.id) == [9])
    }

    @Test func `a segment is prepared, renamed and closed by a job`() throws {
        let disk = try DiskFixture(seed: 1)
        let file = try disk.makeDurable("/d/f", [])
        let steps: [StorageJob.Step] = [
            .prepare(path: "/d/spare", size: 4096), .rename("/d/spare", to: "/d/2.seg"), .syncDirectory("/d"),
            .close(file),
        ]
        disk.files.submit(StorageJob(id: 1, lane: .background, steps: steps))
        disk.files.runJobs()
        disk.files.crash()
        #expect(disk.files.contents(of: "/d/2.seg") == [UInt8](repeating: 0, count: 4096))
        #expect(throws: SystemCallError.self) { try disk.files.size(of: file) }
    }

    @Test func `a crash falls between steps or into one, and ends the jobs without a word`() throws {
        var contents: Set<[UInt8]> = []
        for seed in Self.seeds {
            let disk = try DiskFixture(seed: seed)
            let file = try disk.makeDurable("/d/f", [0, 0, 0])
            disk.files.submit(Self.job(1, file))
            disk.files.submit(Self.job(2, file))
            for _ in 0..<seed % 4 {
                disk.files.runStep()
            }
            let ended = disk.files.takeCompletions().map(\.id)
            disk.files.crash()
            disk.files.runJobs()
            #expect(disk.files.takeCompletions().isEmpty)
            let found = try #require(disk.files.contents(of: "/d/f"))
            if ended.contains(1) {
                #expect(found[1] == 1)
            }
            contents.insert(found)
        }
        #expect(contents == [[0, 0, 0], [0, 1, 0], [0, 1, 2]])
    }

    @Test func `a stalled disk ends nothing until it is released`() throws {
        let disk = try DiskFixture(seed: 1)
        let file = try disk.makeDurable("/d/f", [])
        disk.files.stall()
        disk.files.submit(Self.job(1, file))
        disk.files.runJobs()
        #expect(disk.files.takeCompletions().isEmpty && disk.files.hasJobs)
        disk.files.release()
        disk.files.runJobs()
        #expect(disk.files.takeCompletions().map(\.id) == [1])
    }

    @Test func `a crash while stalled leaves a disk that works`() throws {
        let disk = try DiskFixture(seed: 1)
        var file = try disk.makeDurable("/d/f", [])
        disk.files.stall()
        disk.files.submit(Self.job(1, file))
        disk.files.runJobs()
        disk.files.crash()
        disk.files.release()
        file = try disk.files.open("/d/f", .readWrite)
        disk.files.submit(Self.job(2, file))
        disk.files.runJobs()
        #expect(disk.files.takeCompletions().map(\.id) == [2])
    }
}
