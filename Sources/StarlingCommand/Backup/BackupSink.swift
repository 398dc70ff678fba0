import Platform

/// Where a backup is written: the standard output, or a file that gets its name when it is complete and durable.
///
/// Until then it is called `NAME.partial`, and is locked, so that two backups into one file do not mix.
final class BackupSink {
    private let path: String
    private let console: Console
    private let files: any FileSystem
    private var file: FileID?
    private(set) var byteCount: UInt64 = 0

    /// - Parameters:
    ///   - path: `-` for the standard output.
    ///   - replaces: whether a file of that name may be there already.
    init(_ path: String, replaces: Bool, console: Console, files: any FileSystem) throws(CommandError) {
        self.path = path
        self.console = console
        self.files = files
        guard path != "-" else {
            guard !console.isTerminal else {
                throw CommandError(.usage, "a backup is not for a terminal. Redirect the output, or use --to FILE.")
            }
            return
        }
        guard replaces || !files.exists(path) else {
            throw CommandError(.inUse, "\(path) exists already. Choose another name, or replace it with --force.")
        }
        do throws(SystemCallError) {
            let file = try files.lock(self.partialPath)
            self.file = file
            try files.truncate(file, to: 0)
        } catch {
            guard error.kind != .isLocked else {
                throw CommandError(.inUse, "another backup into \(path) is under way (\(self.partialPath) is locked).")
            }
            throw self.failure(error)
        }
    }

    func write(_ bytes: [UInt8]) throws(CommandError) {
        if let file = self.file {
            do throws(SystemCallError) {
                try self.files.write(bytes.span, to: file, at: self.byteCount)
            } catch {
                throw self.failure(error)
            }
        } else {
            try self.console.write(bytes)
        }
        self.byteCount += UInt64(bytes.count)
    }

    /// Makes the file durable and gives it its name.
    func finish() throws(CommandError) {
        guard let file = self.file else { return }
        do throws(SystemCallError) {
            try self.files.sync(file)
            try self.files.rename(self.partialPath, to: self.path)
            try self.files.syncDirectory(self.directory)
        } catch {
            throw self.failure(error)
        }
        self.files.close(file)
        self.file = nil
    }

    /// Removes what was written of a backup that failed.
    func abandon() {
        guard let file = self.file else { return }
        try? self.files.remove(self.partialPath)
        self.files.close(file)
        self.file = nil
    }

    private var partialPath: String { self.path + ".partial" }

    private var directory: String {
        guard let slash = self.path.lastIndex(of: "/") else { return "." }
        return slash == self.path.startIndex ? "/" : String(self.path[..<slash])
    }

    private func failure(_ error: SystemCallError) -> CommandError {
        CommandError(.inputOutput, "cannot write \(self.path): \(error.reason).")
    }
}
