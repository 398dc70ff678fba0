import CPosixShim
import Glibc
import Platform

/// What is done with the names of files and directories, on whatever thread.
enum DirectoryTree {
    /// Creates a directory and its parents, for the owner alone; existing ones are fine.
    static func create(_ path: String) throws(SystemCallError) {
        var result = unsafe starling_directory_create(path)
        if result == -ENOENT, let parent = Self.parent(of: path) {
            try Self.create(parent)
            result = unsafe starling_directory_create(path)
        }
        if result == -EEXIST, unsafe starling_is_directory(path) {
            return
        }
        try SystemCallError.check(result, "mkdir", path)
    }

    /// The names in a directory, sorted, without `.` and `..`.
    static func list(_ path: String) throws(SystemCallError) -> [String] {
        var names: [String] = []
        let result = unsafe withUnsafeMutablePointer(to: &names) { names in
            unsafe starling_directory_list(path, names) { context, name in
                unsafe context.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
            }
        }
        try SystemCallError.check(result, "readdir", path)
        return names.filter { $0 != "." && $0 != ".." }.sorted()
    }

    static func sync(_ path: String) throws(SystemCallError) {
        let directory = unsafe starling_file_open(path, O_RDONLY | O_DIRECTORY, 0)
        try SystemCallError.check(directory, "open", path)
        defer { _ = starling_close(directory) }
        try SystemCallError.check(starling_file_sync(directory), "fsync", path)
    }

    static func rename(_ source: String, to destination: String) throws(SystemCallError) {
        try SystemCallError.check(
            unsafe starling_path_rename(source, destination), "rename", "\(source) to \(destination)")
    }

    static func remove(_ path: String) throws(SystemCallError) {
        try SystemCallError.check(unsafe starling_path_remove(path), "remove", path)
    }

    /// Creates a file of `size` zero bytes and makes them durable; on failure nothing is left.
    ///
    /// The zeros are really written: overwriting them later needs no change of the file's block map,
    /// which halves the time of a sync.
    static func prepare(_ path: String, size: UInt64) throws(SystemCallError) {
        let file = unsafe starling_file_open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        try SystemCallError.check(file, "open", path)
        defer { _ = starling_close(file) }
        do {
            try SystemCallError.check(starling_file_fill_zero(file, size), "pwrite", path)
            try SystemCallError.check(starling_file_sync_data(file), "fdatasync", path)
        } catch {
            _ = unsafe starling_path_remove(path)
            throw error
        }
    }

    /// The path up to its last component; nil if there is nothing above it to be created.
    private static func parent(of path: String) -> String? {
        var path = Substring(path)
        while path.count > 1, path.hasSuffix("/") {
            path.removeLast()
        }
        guard let slash = path.lastIndex(of: "/") else { return nil }
        let parent = path[..<slash]
        return parent.isEmpty ? nil : String(parent)
    }
}
