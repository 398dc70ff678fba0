import CPosixShim
import Glibc
import Platform

/// The open files of one node, shared by its thread and the storage lanes.
///
/// It knows each file's path, for errors, and which files had a failed sync. The kernel reports a lost
/// page once and then calls it clean, so a file whose sync failed is never synced again here.
///
/// Sendable because the two tables are only touched under the lock.
final class OpenFiles: @unchecked Sendable {
    private let tables = Lock()
    private var paths: [Int32: String] = [:]
    private var failedSyncs: [Int32: SystemCallError] = [:]

    func open(_ path: String, flags: Int32) throws(SystemCallError) -> FileID {
        let result = unsafe starling_file_open(path, flags, 0o600)
        try SystemCallError.check(result, "open", path)
        self.tables.withLock { self.paths[result] = path }
        return FileID(rawValue: result)
    }

    /// Closes a file; one that is not open is left alone, so that a late second close hits nobody else.
    func close(_ file: FileID) {
        let wasOpen = self.tables.withLock {
            self.failedSyncs[file.rawValue] = nil
            return self.paths.removeValue(forKey: file.rawValue) != nil
        }
        if wasOpen {
            _ = starling_close(file.rawValue)
        }
    }

    func closeAll() {
        let open = self.tables.withLock { self.paths.keys.sorted() }
        for descriptor in open {
            self.close(FileID(rawValue: descriptor))
        }
    }

    func size(of file: FileID) throws(SystemCallError) -> UInt64 {
        let size = starling_file_size(file.rawValue)
        try self.check(size, "fstat", file)
        return UInt64(size)
    }

    func read(
        _ file: FileID, at offset: UInt64, into destination: inout MutableSpan<UInt8>
    ) throws(SystemCallError) -> Int {
        let count = unsafe destination.withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return Int64(0) }
            return unsafe starling_file_read(file.rawValue, start, bytes.count, offset)
        }
        try self.check(count, "pread", file)
        return Int(count)
    }

    func write(_ bytes: Span<UInt8>, to file: FileID, at offset: UInt64) throws(SystemCallError) {
        let result = unsafe bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return Int32(0) }
            return unsafe starling_file_write(file.rawValue, start, bytes.count, offset)
        }
        try self.check(Int64(result), "pwrite", file)
    }

    func truncate(_ file: FileID, to size: UInt64) throws(SystemCallError) {
        try self.check(Int64(starling_file_truncate(file.rawValue, size)), "ftruncate", file)
    }

    func sync(_ file: FileID) throws(SystemCallError) {
        if let failure = self.tables.withLock({ self.failedSyncs[file.rawValue] }) {
            throw failure
        }
        do {
            try self.check(Int64(starling_file_sync_data(file.rawValue)), "fdatasync", file)
        } catch {
            self.tables.withLock { self.failedSyncs[file.rawValue] = error }
            throw error
        }
    }

    /// Opens a file, creating it if need be, and locks it for whoever opened it here.
    func lock(_ path: String) throws(SystemCallError) -> FileID {
        let file = try self.open(path, flags: O_RDWR | O_CREAT)
        let result = starling_file_lock(file.rawValue)
        if result < 0 {
            self.close(file)
            var error = SystemCallError(call: "flock", subject: path, number: -result)
            if -result == EWOULDBLOCK {
                error.kind = .isLocked
                error.reason = "another process holds the lock"
            }
            throw error
        }
        return file
    }

    private func check(_ result: Int64, _ call: String, _ file: FileID) throws(SystemCallError) {
        guard result < 0 else { return }
        let path = self.tables.withLock { self.paths[file.rawValue] } ?? "file \(file.rawValue), which is not open"
        throw SystemCallError(call: call, subject: path, number: Int32(truncatingIfNeeded: -result))
    }
}
