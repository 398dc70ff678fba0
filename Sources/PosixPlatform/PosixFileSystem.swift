import CPosixShim
import Glibc
package import Platform

/// The machine's files, through direct system calls.
///
/// Directories are created for their owner alone (0700), and so are files (0600). A file id is a file
/// descriptor: a file MUST NOT be closed by ``close(_:)`` while a job that uses it is under way; end the
/// job with a close step instead.
package final class PosixFileSystem: FileSystem {
    private let open: OpenFiles
    private let commit: StorageLane
    private let background: StorageLane
    private let outcomes: Mailbox<StorageLane.Outcome>
    private var drained: [StorageLane.Outcome] = []
    private var isStopped = false

    /// Starts the two lanes' threads; `waker` is used when a job has ended.
    init(waker: Waker) throws(SystemCallError) {
        self.open = OpenFiles()
        self.outcomes = Mailbox(limit: .max, waker: waker)
        self.commit = try StorageLane(name: "starling commit", files: self.open, outcomes: self.outcomes)
        do {
            self.background = try StorageLane(name: "starling files", files: self.open, outcomes: self.outcomes)
        } catch {
            self.commit.stop()
            throw error
        }
    }

    package func createDirectory(_ path: String) throws(SystemCallError) {
        try DirectoryTree.create(path)
    }

    package func list(_ directory: String) throws(SystemCallError) -> [String] {
        try DirectoryTree.list(directory)
    }

    package func exists(_ path: String) -> Bool {
        unsafe starling_path_exists(path)
    }

    package func open(_ path: String, _ mode: OpenMode) throws(SystemCallError) -> FileID {
        let flags =
            switch mode {
            case .read: O_RDONLY
            case .readWrite: O_RDWR
            case .create: O_RDWR | O_CREAT | O_EXCL
            }
        return try self.open.open(path, flags: flags)
    }

    package func close(_ file: FileID) {
        self.open.close(file)
    }

    package func size(of file: FileID) throws(SystemCallError) -> UInt64 {
        try self.open.size(of: file)
    }

    package func read(
        _ file: FileID, at offset: UInt64, into destination: inout MutableSpan<UInt8>
    ) throws(SystemCallError) -> Int {
        try self.open.read(file, at: offset, into: &destination)
    }

    package func write(_ bytes: Span<UInt8>, to file: FileID, at offset: UInt64) throws(SystemCallError) {
        try self.open.write(bytes, to: file, at: offset)
    }

    package func truncate(_ file: FileID, to size: UInt64) throws(SystemCallError) {
        try self.open.truncate(file, to: size)
    }

    package func sync(_ file: FileID) throws(SystemCallError) {
        try self.open.sync(file)
    }

    package func syncDirectory(_ path: String) throws(SystemCallError) {
        try DirectoryTree.sync(path)
    }

    package func rename(_ source: String, to destination: String) throws(SystemCallError) {
        try DirectoryTree.rename(source, to: destination)
    }

    /// Removes a file or an empty directory.
    package func remove(_ path: String) throws(SystemCallError) {
        try DirectoryTree.remove(path)
    }

    package func lock(_ path: String) throws(SystemCallError) -> FileID {
        try self.open.lock(path)
    }

    /// A mix of the path's change time, inode and device, see ``FileSystem/changeStamp(of:)``.
    ///
    /// The change time cannot be set from outside the kernel. Before Linux 6.13 it advances in steps of
    /// a few milliseconds: two writes within one step may share a stamp.
    package func changeStamp(of path: String) throws(SystemCallError) -> UInt64 {
        var stamp: UInt64 = 0
        try SystemCallError.check(unsafe starling_path_stamp(path, &stamp), "stat", path)
        return stamp
    }

    /// A mix of the file's time of birth and inode; of the inode alone where the volume knows no births.
    package func birthStamp(of file: FileID) throws(SystemCallError) -> UInt64 {
        var stamp: UInt64 = 0
        try SystemCallError.check(unsafe starling_file_birth(file.rawValue, &stamp), "statx", "\(file.rawValue)")
        return stamp
    }

    package func freeBytes(at path: String) throws(SystemCallError) -> UInt64 {
        var bytes: UInt64 = 0
        try SystemCallError.check(unsafe starling_volume_free(path, &bytes), "statvfs", path)
        return bytes
    }

    package func submit(_ job: StorageJob) {
        switch job.lane {
        case .commit: self.commit.submit(job)
        case .background: self.background.submit(job)
        }
    }

    /// Appends the ends of the jobs that have ended.
    func takeOutcomes(into events: inout [Event]) {
        self.outcomes.drain(into: &self.drained)
        for outcome in self.drained {
            events.append(.stored(outcome.id, outcome.result))
        }
        self.drained.removeAll(keepingCapacity: true)
    }

    /// Finishes all jobs, ends the threads and closes the files.
    func stop() {
        guard !self.isStopped else { return }
        self.isStopped = true
        self.commit.stop()
        self.background.stop()
        self.open.closeAll()
    }
}
