import Platform
import PosixPlatform
import Testing

struct PosixFileSystemTests {
    private let party: Party
    private let directory: TemporaryDirectory
    private var files: PosixFileSystem { self.party.files }
    private var path: String { "\(self.directory.path)/file" }

    init() throws {
        self.party = try Party()
        self.directory = try TemporaryDirectory(self.party.files)
    }

    private func contents(_ file: FileID, at offset: UInt64, limit: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        var span = bytes.mutableSpan
        let count = try self.files.read(file, at: offset, into: &span)
        return Array(bytes[..<count])
    }

    @Test func `what is written is read back, and reading stops at the end`() throws {
        let file = try self.files.open(self.path, .create)
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try self.files.write(bytes.span, to: file, at: 5)
        try self.files.sync(file)
        #expect(try self.files.size(of: file) == 100_005)
        #expect(try self.contents(file, at: 0, limit: 6) == [0, 0, 0, 0, 0, bytes[0]])
        #expect(try self.contents(file, at: 5, limit: 200_000) == bytes)
        #expect(try self.contents(file, at: 100_005, limit: 10).isEmpty)
        try self.files.truncate(file, to: 6)
        self.files.close(file)
        let again = try self.files.open(self.path, .read)
        #expect(try self.contents(again, at: 0, limit: 100) == [0, 0, 0, 0, 0, bytes[0]])
    }

    @Test func `errors name the reason, the call and the path`() throws {
        let missing = #expect(throws: SystemCallError.self) { try self.files.open(self.path, .readWrite) }
        #expect(missing?.kind == .notFound)
        #expect(missing?.subject == self.path)
        _ = try self.files.open(self.path, .create)
        let existing = #expect(throws: SystemCallError.self) { try self.files.open(self.path, .create) }
        #expect(existing?.kind == .alreadyExists)
        let file = try self.files.open(self.path, .read)
        let refused = #expect(throws: SystemCallError.self) { try self.files.write([1].span, to: file, at: 0) }
        #expect(refused?.call == "pwrite")
        #expect(refused?.subject == self.path)
        self.files.close(file)
        #expect(throws: SystemCallError.self) { try self.files.size(of: file) }
    }

    @Test func `offsets and sizes beyond every file are refused`() throws {
        let file = try self.files.open(self.path, .create)
        #expect(throws: SystemCallError.self) { try self.files.write([1].span, to: file, at: .max) }
        #expect(throws: SystemCallError.self) { try self.contents(file, at: .max - 1, limit: 10) }
        #expect(throws: SystemCallError.self) { try self.files.truncate(file, to: .max) }
    }

    @Test func `directories are created with their parents and listed in order`() throws {
        let deep = "\(self.directory.path)/a/b/c/"
        try self.files.createDirectory(deep)
        try self.files.createDirectory(deep)
        for name in ["z", "m", "a"] {
            self.files.close(try self.files.open("\(deep)/\(name)", .create))
        }
        #expect(try self.files.list(deep) == ["a", "m", "z"])
        try self.files.rename("\(deep)/z", to: "\(deep)/a")
        try self.files.remove("\(deep)/m")
        try self.files.syncDirectory(deep)
        #expect(try self.files.list(deep) == ["a"])
        #expect(self.files.exists("\(deep)/a"))
        #expect(!self.files.exists("\(deep)/z"))
        let inTheWay = #expect(throws: SystemCallError.self) { try self.files.createDirectory("\(deep)/a") }
        #expect(inTheWay?.kind == .alreadyExists)
    }

    @Test func `a lock is refused while another holds it`() throws {
        let held = try self.files.lock(self.path)
        let refusal = #expect(throws: SystemCallError.self) { try self.files.lock(self.path) }
        #expect(refusal?.kind == .isLocked)
        self.files.close(held)
        self.files.close(try self.files.lock(self.path))
    }

    @Test func `the change stamp stays while nothing is written, and is another after writing or copying`() throws {
        let file = try self.files.open(self.path, .create)
        try self.files.write([1, 2, 3].span, to: file, at: 0)
        let first = try self.files.changeStamp(of: self.path)
        #expect(try self.files.changeStamp(of: self.path) == first)
        let copy = "\(self.directory.path)/copy"
        try self.files.write([1, 2, 3].span, to: try self.files.open(copy, .create), at: 0)
        #expect(try self.files.changeStamp(of: copy) != first)
        try self.files.rename(copy, to: self.path)
        #expect(try self.files.changeStamp(of: self.path) != first)
    }

    @Test func `free bytes are reported for a directory and refused for a missing one`() throws {
        #expect(try self.files.freeBytes(at: self.directory.path) > 0)
        #expect(throws: SystemCallError.self) { try self.files.freeBytes(at: "\(self.path)/missing") }
    }

    @Test func `jobs of a lane end in the order of their submission`() throws {
        let file = try self.files.open(self.path, .create)
        for id in 0..<50 as Range<UInt64> {
            self.files.submit(
                StorageJob(
                    id: id, lane: .commit,
                    steps: [.write(file, offset: id, bytes: [UInt8(id)])] + (id % 10 == 0 ? [.sync(file)] : [])))
        }
        take(self.party, until: { self.party.stored.count == 50 })
        #expect(self.party.stored.map(\.id) == Array(0..<50))
        #expect(self.party.stored.allSatisfy { if case .success = $0.result { true } else { false } })
        #expect(try self.contents(file, at: 0, limit: 100) == Array(0..<50))
    }

    @Test func `a prepared file is all zeros, whatever was there`() throws {
        let file = try self.files.open(self.path, .create)
        try self.files.write([7, 7, 7].span, to: file, at: 0)
        self.files.close(file)
        let size: UInt64 = 1_048_576 + 17
        self.files.submit(StorageJob(id: 9, lane: .background, steps: [.prepare(path: self.path, size: size)]))
        take(self.party, until: { self.party.stored.count == 1 })
        let prepared = try self.files.open(self.path, .read)
        #expect(try self.files.size(of: prepared) == size)
        #expect(try self.contents(prepared, at: 0, limit: Int(size)).allSatisfy { $0 == 0 })
    }

    @Test func `the first step that fails ends its job with its error, and later jobs run`() throws {
        let missing = "\(self.directory.path)/missing/file"
        let name = "\(self.directory.path)/renamed"
        let file = try self.files.open(self.path, .create)
        self.files.submit(
            StorageJob(
                id: 1, lane: .background,
                steps: [.prepare(path: missing, size: 10), .rename(self.path, to: name)]))
        self.files.submit(StorageJob(id: 2, lane: .background, steps: [.syncDirectory(self.directory.path)]))
        self.files.submit(StorageJob(id: 3, lane: .background, steps: [.close(file), .sync(file)]))
        self.files.submit(StorageJob(id: 4, lane: .background, steps: [.remove(self.path)]))
        take(self.party, until: { self.party.stored.count == 4 })
        let errors = self.party.stored.map { outcome -> SystemCallError? in
            if case .failure(let error) = outcome.result { error } else { nil }
        }
        #expect(errors[0]?.kind == .notFound)
        #expect(errors[0]?.subject == missing)
        #expect(errors[1] == nil)
        #expect(errors[2]?.call == "fdatasync")
        #expect(errors[3] == nil)
        #expect(!self.files.exists(name))
        #expect(!self.files.exists(self.path))
    }

    @Test func `a file whose sync failed is never called durable again`() throws {
        // The kernel refuses to sync this device, which stands for a disk that fails.
        let device = try self.files.open("/dev/null", .readWrite)
        let first = #expect(throws: SystemCallError.self) { try self.files.sync(device) }
        let second = #expect(throws: SystemCallError.self) { try self.files.sync(device) }
        #expect(first == second)
    }

    @Test func `a full device is reported as no space`() throws {
        let full = try self.files.open("/dev/full", .readWrite)
        let error = #expect(throws: SystemCallError.self) { try self.files.write([1].span, to: full, at: 0) }
        #expect(error?.kind == .noSpace)
    }
}
