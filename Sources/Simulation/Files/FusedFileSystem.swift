package import Platform

/// Files of a process that dies at one of its changes: that one and all after it fail, and change nothing.
///
/// Only synchronous calls are counted. With the fuse at 1, 2, 3 and so on, and a crash of the disk after each, every
/// moment is met at which a program can be cut short.
package final class FusedFileSystem: FileSystem {
    private let files: any FileSystem
    /// Changes until it dies; nil for never.
    private var fuse: Int?
    /// Changes so far.
    package private(set) var changes = 0

    package init(_ files: any FileSystem, dyingAt fuse: Int? = nil) {
        self.files = files
        self.fuse = fuse
    }

    /// Whether it has died.
    package var isDead: Bool { self.fuse.map { self.changes >= $0 } ?? false }

    private func change(_ call: String, _ subject: String) throws(SystemCallError) {
        self.changes += 1
        guard !self.isDead else {
            throw SystemCallError(kind: .other, call: call, subject: subject, reason: "The process has died")
        }
    }

    package func createDirectory(_ path: String) throws(SystemCallError) {
        try self.change("mkdir", path)
        try self.files.createDirectory(path)
    }

    package func open(_ path: String, _ mode: OpenMode) throws(SystemCallError) -> FileID {
        if mode == .create { try self.change("open", path) }
        return try self.files.open(path, mode)
    }

    package func write(_ bytes: Span<UInt8>, to file: FileID, at offset: UInt64) throws(SystemCallError) {
        try self.change("write", "a file")
        try self.files.write(bytes, to: file, at: offset)
    }

    package func truncate(_ file: FileID, to size: UInt64) throws(SystemCallError) {
        try self.change("truncate", "a file")
        try self.files.truncate(file, to: size)
    }

    package func sync(_ file: FileID) throws(SystemCallError) {
        try self.change("fdatasync", "a file")
        try self.files.sync(file)
    }

    package func syncDirectory(_ path: String) throws(SystemCallError) {
        try self.change("fsync", path)
        try self.files.syncDirectory(path)
    }

    package func rename(_ source: String, to destination: String) throws(SystemCallError) {
        try self.change("rename", source)
        try self.files.rename(source, to: destination)
    }

    package func remove(_ path: String) throws(SystemCallError) {
        try self.change("unlink", path)
        try self.files.remove(path)
    }

    package func lock(_ path: String) throws(SystemCallError) -> FileID {
        try self.change("flock", path)
        return try self.files.lock(path)
    }

    package func list(_ directory: String) throws(SystemCallError) -> [String] { try self.files.list(directory) }
    package func exists(_ path: String) -> Bool { self.files.exists(path) }
    package func close(_ file: FileID) { self.files.close(file) }
    package func size(of file: FileID) throws(SystemCallError) -> UInt64 { try self.files.size(of: file) }
    package func read(
        _ file: FileID, at offset: UInt64, into destination: inout MutableSpan<UInt8>
    ) throws(SystemCallError) -> Int {
        try self.files.read(file, at: offset, into: &destination)
    }
    package func changeStamp(of path: String) throws(SystemCallError) -> UInt64 {
        try self.files.changeStamp(of: path)
    }
    package func birthStamp(of file: FileID) throws(SystemCallError) -> UInt64 {
        try self.files.birthStamp(of: file)
    }
    package func freeBytes(at path: String) throws(SystemCallError) -> UInt64 { try self.files.freeBytes(at: path) }
    package func submit(_ job: StorageJob) { self.files.submit(job) }
}
