import Platform

/// Creating a directory whose name survives a crash.
enum DurableDirectory {
    /// Creates `path` and its parents, and syncs every directory that got a new name.
    static func create(_ path: String, files: any FileSystem) throws(JournalError) {
        var missing: [String] = []
        var ancestor = path
        while ancestor != "/", ancestor != ".", !files.exists(ancestor) {
            missing.append(ancestor)
            ancestor = DurableDirectory.parent(of: ancestor)
        }
        try JournalError.unlessRefused { () throws(SystemCallError) in try files.createDirectory(path) }
        for path in missing.reversed() { try DurableDirectory.sync(DurableDirectory.parent(of: path), files: files) }
    }

    /// Syncs the directory that holds the name of `path`.
    static func syncName(of path: String, files: any FileSystem) throws(JournalError) {
        try DurableDirectory.sync(DurableDirectory.parent(of: path), files: files)
    }

    private static func sync(_ directory: String, files: any FileSystem) throws(JournalError) {
        do throws(SystemCallError) {
            try files.syncDirectory(directory)
        } catch {
            // Whoever may not open the directory cannot sync it, and did not make it either.
            guard error.kind == .permissionDenied else { throw .unreadable(error) }
        }
    }

    private static func parent(of path: String) -> String {
        let parts = path.split(separator: "/")
        let parent = parts.dropLast().joined(separator: "/")
        if path.hasPrefix("/") { return "/" + parent }
        return parent.isEmpty ? "." : parent
    }
}
