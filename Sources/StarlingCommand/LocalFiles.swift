import Glibc
import Platform

/// The few things that the program asks of files itself: reading small ones, and temporary directories.
enum LocalFiles {
    /// Returns the bytes of a file.
    ///
    /// - Throws: if it cannot be read, or holds more than `limit` bytes.
    static func read(_ path: String, limit: Int) throws(SystemCallError) -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Self.failure("open", path) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(65_536, limit + 1))
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(file, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw Self.failure("read", path)
            }
            guard count > 0 else { return bytes }
            bytes += chunk.prefix(count)
            guard bytes.count <= limit else {
                throw SystemCallError(
                    kind: .other, call: "read", subject: path, reason: "it is longer than \(limit) bytes")
            }
        }
    }

    /// Returns the permission bits of a file.
    static func permissions(_ path: String) throws(SystemCallError) -> UInt32 {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw Self.failure("stat", path) }
        return status.st_mode & 0o7777
    }

    /// Returns a file's number on its volume; nil if there is none.
    static func inode(_ path: String) -> UInt64? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    /// Returns the names in a directory, in the system's order; none if it cannot be read.
    static func names(in directory: String) -> [String] {
        guard let stream = unsafe opendir(directory) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != "." && name != ".." {
                names.append(name)
            }
        }
        return names
    }

    /// Returns what a symbolic link says; nil if it is none, or not to be read.
    static func linkTarget(_ path: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe buffer.baseAddress.map {
                unsafe readlink(path, $0.assumingMemoryBound(to: CChar.self), buffer.count)
            } ?? -1
        }
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }

    /// Creates a directory that nobody else has, for the owner alone, and returns its path.
    static func makeTemporaryDirectory(in parent: String, prefix: String) throws(SystemCallError) -> String {
        var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
        let isMade = unsafe template.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.map { unsafe mkdtemp($0) != nil } ?? false
        }
        guard isMade else { throw Self.failure("mkdtemp", "\(parent)/\(prefix)XXXXXX") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes a directory and all in it, as far as that is possible. Links are removed, not followed.
    static func removeTree(_ path: String) {
        if unsafe unlink(path) == 0 { return }
        for name in Self.names(in: path) {
            Self.removeTree("\(path)/\(name)")
        }
        unsafe rmdir(path)
    }

    /// Opens a file to append to, creating it, and returns its descriptor.
    static func openForAppending(_ path: String) throws(SystemCallError) -> Int32 {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.failure("open", path) }
        return file
    }

    /// Closes a descriptor.
    static func closeDescriptor(_ descriptor: Int32) {
        close(descriptor)
    }

    private static func failure(_ call: String, _ subject: String) -> SystemCallError {
        let number = errno
        let reason = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
        let kind: SystemCallError.Kind =
            switch number {
            case ENOENT: .notFound
            case EACCES, EPERM: .permissionDenied
            case ENOSPC: .noSpace
            default: .other
            }
        return SystemCallError(kind: kind, call: call, subject: subject, number: number, reason: reason)
    }
}
