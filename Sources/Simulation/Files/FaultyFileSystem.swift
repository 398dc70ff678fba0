package import Platform

/// Files of which one operation fails, once, and all others do what they should.
///
/// Every operation that a fault of its kind can strike is counted, synchronous calls and steps of jobs alike; with the
/// fault at 1, 2, 3 and so on every moment is met at which a disk can refuse. Jobs are done as soon as they are handed
/// over, in that order. A file that is closed twice, or never, is noticed.
package final class FaultyFileSystem: FileSystem {
    /// What a disk can refuse with.
    package enum Fault: Hashable, Sendable, CaseIterable {
        /// `EIO`: of any operation. A sync that fails loses what it should have made durable.
        case inputOutput
        /// `ENOSPC`: of whatever may need room. A write does as much as fits: half.
        case noSpace
    }

    private let files: SimulatedFileSystem
    private let fault: Fault
    private let place: Int?
    private var opened: Set<FileID> = []
    private var completions: [StorageCompletion] = []

    /// Operations so far that the fault could have struck.
    package private(set) var operations = 0
    /// The call that was struck, with what it was to work on; nil as long as none was.
    package private(set) var struck: (call: String, subject: String)?
    /// Files that were closed though they were not open.
    package private(set) var strayCloses = 0

    /// - Parameter place: which operation fails, from 1; nil for none.
    package init(_ files: SimulatedFileSystem, _ fault: Fault, at place: Int? = nil) {
        self.files = files
        self.fault = fault
        self.place = place
    }

    /// Files that are open.
    package var openFileCount: Int { self.opened.count }

    /// The ends of the jobs handed over since the last call, in order.
    package func takeCompletions() -> [StorageCompletion] {
        defer { self.completions = [] }
        return self.completions
    }

    /// Counts an operation, and returns what it is to fail with.
    private func strike(_ call: String, _ subject: String, needsRoom: Bool = false) -> SystemCallError? {
        guard needsRoom || self.fault == .inputOutput else { return nil }
        self.operations += 1
        guard self.operations == self.place else { return nil }
        self.struck = (call, subject)
        switch self.fault {
        case .inputOutput:
            return SystemCallError(kind: .inputOutput, call: call, subject: subject, reason: "Input/output error")
        case .noSpace:
            return SystemCallError(kind: .noSpace, call: call, subject: subject, reason: "No space left on device")
        }
    }

    private func check(_ call: String, _ subject: String, needsRoom: Bool = false) throws(SystemCallError) {
        if let error = self.strike(call, subject, needsRoom: needsRoom) { throw error }
    }

    private func adopt(_ file: FileID) -> FileID {
        self.opened.insert(file)
        return file
    }

    package func createDirectory(_ path: String) throws(SystemCallError) {
        try self.check("mkdir", path, needsRoom: !self.files.exists(path))
        try self.files.createDirectory(path)
    }

    package func list(_ directory: String) throws(SystemCallError) -> [String] {
        try self.check("readdir", directory)
        return try self.files.list(directory)
    }

    package func exists(_ path: String) -> Bool { self.files.exists(path) }

    package func open(_ path: String, _ mode: OpenMode) throws(SystemCallError) -> FileID {
        try self.check("open", path, needsRoom: mode == .create)
        return self.adopt(try self.files.open(path, mode))
    }

    package func close(_ file: FileID) {
        if self.opened.remove(file) == nil { self.strayCloses += 1 }
        self.files.close(file)
    }

    package func size(of file: FileID) throws(SystemCallError) -> UInt64 {
        try self.check("fstat", "a file")
        return try self.files.size(of: file)
    }

    package func read(
        _ file: FileID, at offset: UInt64, into destination: inout MutableSpan<UInt8>
    ) throws(SystemCallError) -> Int {
        try self.check("pread", try self.files.opened(file, "pread").path)
        return try self.files.read(file, at: offset, into: &destination)
    }

    package func write(_ bytes: Span<UInt8>, to file: FileID, at offset: UInt64) throws(SystemCallError) {
        if let error = self.strike("pwrite", try self.files.opened(file, "pwrite").path, needsRoom: true) {
            if self.fault == .noSpace {
                try self.files.write(bytes.extracting(first: bytes.count / 2), to: file, at: offset)
            }
            throw error
        }
        try self.files.write(bytes, to: file, at: offset)
    }

    package func truncate(_ file: FileID, to size: UInt64) throws(SystemCallError) {
        try self.check("ftruncate", "a file", needsRoom: true)
        try self.files.truncate(file, to: size)
    }

    package func sync(_ file: FileID) throws(SystemCallError) {
        // A file system that finds room late, while it writes out, says so here.
        if let error = self.strike("fdatasync", try self.files.opened(file, "fdatasync").path, needsRoom: true) {
            self.files.failNextSync()
            try? self.files.sync(file)
            throw error
        }
        try self.files.sync(file)
    }

    package func syncDirectory(_ path: String) throws(SystemCallError) {
        try self.check("fsync", path, needsRoom: true)
        try self.files.syncDirectory(path)
    }

    package func rename(_ source: String, to destination: String) throws(SystemCallError) {
        try self.check("rename", source, needsRoom: true)
        try self.files.rename(source, to: destination)
    }

    package func remove(_ path: String) throws(SystemCallError) {
        try self.check("remove", path)
        try self.files.remove(path)
    }

    package func lock(_ path: String) throws(SystemCallError) -> FileID {
        try self.check("open", path, needsRoom: !self.files.exists(path))
        return self.adopt(try self.files.lock(path))
    }

    package func changeStamp(of path: String) throws(SystemCallError) -> UInt64 {
        try self.check("stat", path)
        return try self.files.changeStamp(of: path)
    }

    package func birthStamp(of file: FileID) throws(SystemCallError) -> UInt64 {
        try self.check("statx", "a file")
        return try self.files.birthStamp(of: file)
    }

    package func freeBytes(at path: String) throws(SystemCallError) -> UInt64 {
        try self.check("statvfs", path)
        return try self.files.freeBytes(at: path)
    }

    package func submit(_ job: StorageJob) {
        var result: Result<Void, SystemCallError> = .success(())
        do throws(SystemCallError) {
            for step in job.steps { try self.carryOut(step) }
        } catch {
            result = .failure(error)
        }
        self.completions.append(StorageCompletion(id: job.id, result: result))
    }

    private func carryOut(_ step: StorageJob.Step) throws(SystemCallError) {
        switch step {
        case .write(let file, let offset, let bytes): try self.write(bytes.span, to: file, at: offset)
        case .sync(let file): try self.sync(file)
        case .prepare(let path, let size): try self.prepare(path, size)
        case .rename(let source, let destination): try self.rename(source, to: destination)
        case .remove(let path): try self.remove(path)
        case .syncDirectory(let path): try self.syncDirectory(path)
        case .close(let file): self.close(file)
        }
    }

    private func prepare(_ path: String, _ size: UInt64) throws(SystemCallError) {
        if self.files.exists(path) { try self.files.remove(path) }
        let file = try self.files.open(path, .create)
        defer { self.files.close(file) }
        if let error = self.strike("pwrite", path, needsRoom: true) {
            try self.files.truncate(file, to: size / 2)
            throw error
        }
        try self.files.truncate(file, to: size)
        try self.check("fdatasync", path, needsRoom: true)
        try self.files.sync(file)
    }
}
