package import Platform

/// One machine's disk: a durable image, what is pending above it, and the faults that are switched on.
///
/// The rules of a power cut are the worst that POSIX allows: see ``SimulatedInode`` for bytes and
/// ``DirectoryTree`` for names. Synchronous calls take effect at once; jobs take simulated time, step
/// by step, so that a crash may fall between steps or into one. The disk outlives its process: after
/// ``crash()`` the next process opens the same object.
///
/// It needs no cluster: made from a seed alone it has a scheduler of its own, and ``runJobs()`` lets
/// that one run.
package final class SimulatedFileSystem: FileSystem, EventTarget {
    struct OpenFile {
        var inode: SimulatedInode
        var path: String
        var isWritable: Bool
        var isLock: Bool
    }

    /// Speed and faults; may be changed while running.
    package var conditions: StorageConditions
    /// Called when a job has ended, to have the machine's next turn take the completion.
    package var onCompletion: (() -> Void)?
    /// How many calls and steps each fault has struck.
    package internal(set) var faultCounts = StorageFaultCounts()

    var tree = DirectoryTree()
    var random: SimulationRandom
    let scheduler: SimulationScheduler
    private var openFiles: [FileID: OpenFile] = [:]
    private var nextFile: Int32 = 3
    private var lastStamp: UInt64 = 0
    private var failingSyncs = 0
    private var failingWrites = 0
    private var failingReads = 0
    private var misdirectedWrites = 0

    // The state of the jobs; see StorageSteps.swift.
    var commitQueue = StorageQueue()
    var backgroundQueue = StorageQueue()
    var completions: [StorageCompletion] = []
    /// Tells steps scheduled before a crash from those after it; 31 bits.
    var incarnation: UInt32 = 0
    var isStalled = false
    var stalledSteps: [StorageJob.Lane] = []

    /// A disk on a scheduler of its own.
    package convenience init(seed: UInt64, conditions: StorageConditions = StorageConditions()) {
        self.init(scheduler: SimulationScheduler(seed: seed), label: "disk", conditions: conditions)
    }

    /// A disk in a shared world; `label` tells its random numbers from those of other disks.
    package init(
        scheduler: SimulationScheduler, label: String, conditions: StorageConditions = StorageConditions()
    ) {
        self.scheduler = scheduler
        self.conditions = conditions
        self.random = scheduler.random.child(label)
        // No two disks give the same stamp.
        self.lastStamp = scheduler.random.child("stamps of " + label).seed >> 8
    }

    package func createDirectory(_ path: String) throws(SystemCallError) {
        var made = ""
        for name in DirectoryTree.normal(path).split(separator: "/") {
            made = made.isEmpty ? String(name) : made + "/" + name
            switch self.tree[made] {
            case .directory: continue
            case .file: throw self.failure(.alreadyExists, "mkdir", path, "Not a directory")
            case nil: self.tree.apply(.createDirectory(made))
            }
        }
    }

    package func list(_ directory: String) throws(SystemCallError) -> [String] {
        let normal = DirectoryTree.normal(directory)
        guard case .directory = self.tree[normal] else {
            throw self.failure(.notFound, "opendir", directory, "No such file or directory")
        }
        return self.tree.names(in: normal)
    }

    package func exists(_ path: String) -> Bool {
        self.tree[DirectoryTree.normal(path)] != nil
    }

    package func syncDirectory(_ path: String) throws(SystemCallError) {
        let normal = DirectoryTree.normal(path)
        guard case .directory = self.tree[normal] else {
            throw self.failure(.notFound, "fsync", path, "No such file or directory")
        }
        try self.drawSyncFailure(path)
        self.tree.sync(directory: normal)
    }

    package func rename(_ source: String, to destination: String) throws(SystemCallError) {
        let (from, to) = (DirectoryTree.normal(source), DirectoryTree.normal(destination))
        let inode = try self.inode(at: source, call: "rename")
        guard case .directory = self.tree[DirectoryTree.parent(of: to)] else {
            throw self.failure(.notFound, "rename", destination, "No such file or directory")
        }
        if case .directory = self.tree[to] {
            throw self.failure(.other, "rename", destination, "Is a directory")
        }
        guard from != to else { return }
        let stamp = self.takeStamp()
        inode.touch(stamp: stamp)
        self.tree.apply(.rename(from, to: to, inode, stamp: stamp))
    }

    package func remove(_ path: String) throws(SystemCallError) {
        let normal = DirectoryTree.normal(path)
        switch self.tree[normal] {
        case nil:
            throw self.failure(.notFound, "unlink", path, "No such file or directory")
        case .directory where normal.isEmpty || !self.tree.names(in: normal).isEmpty:
            throw self.failure(.other, "rmdir", path, "Directory not empty")
        case .directory, .file:
            self.tree.apply(.remove(normal))
        }
    }

    package func changeStamp(of path: String) throws(SystemCallError) -> UInt64 {
        try self.inode(at: path, call: "stat").stamp
    }

    package func birthStamp(of file: FileID) throws(SystemCallError) -> UInt64 {
        try self.opened(file, "statx").inode.birth
    }

    package func freeBytes(at path: String) throws(SystemCallError) -> UInt64 {
        guard let capacity = self.conditions.capacity else { return 1 << 40 }
        let used = UInt64(self.usedBytes)
        return capacity > used ? capacity - used : 0
    }

    package func open(_ path: String, _ mode: OpenMode) throws(SystemCallError) -> FileID {
        switch mode {
        case .read, .readWrite:
            let inode = try self.inode(at: path, call: "open")
            return self.addOpenFile(inode, path, isWritable: mode == .readWrite)
        case .create:
            guard !self.exists(path) else { throw self.failure(.alreadyExists, "open", path, "File exists") }
            return self.addOpenFile(try self.createFile(path, zeros: 0), path, isWritable: true)
        }
    }

    package func lock(_ path: String) throws(SystemCallError) -> FileID {
        let inode = self.exists(path) ? try self.inode(at: path, call: "open") : try self.createFile(path, zeros: 0)
        // The order of the table does not matter: the question is whether there is any.
        guard !self.openFiles.values.contains(where: { $0.isLock && $0.inode === inode }) else {
            throw self.failure(.isLocked, "flock", path, "Resource temporarily unavailable")
        }
        return self.addOpenFile(inode, path, isWritable: true, isLock: true)
    }

    package func close(_ file: FileID) {
        self.openFiles[file] = nil
    }

    /// Files that the process has open.
    package var openFileCount: Int { self.openFiles.count }

    package func size(of file: FileID) throws(SystemCallError) -> UInt64 {
        UInt64(try self.opened(file, "fstat").inode.bytes.count)
    }

    package func read(
        _ file: FileID, at offset: UInt64, into destination: inout MutableSpan<UInt8>
    ) throws(SystemCallError) -> Int {
        let open = try self.opened(file, "pread")
        if self.failingReads > 0 || self.random.chance(self.conditions.readErrorRate) {
            self.failingReads = max(0, self.failingReads - 1)
            self.faultCounts.readErrors += 1
            throw self.failure(.inputOutput, "pread", open.path, "Input/output error")
        }
        let bytes = open.inode.bytes
        guard offset < UInt64(bytes.count), !destination.isEmpty else { return 0 }
        let start = Int(offset)
        let count = min(destination.count, bytes.count - start)
        guard !open.inode.isRotten(start..<start + count) else {
            self.faultCounts.rottenReads += 1
            throw self.failure(.inputOutput, "pread", open.path, "Input/output error")
        }
        unsafe destination.withUnsafeMutableBufferPointer { target in
            unsafe bytes.withUnsafeBufferPointer { source in
                // start + count lies within the source, count within the target; neither is empty.
                guard let to = target.baseAddress, let from = source.baseAddress else { return }
                unsafe to.update(from: from + start, count: count)
            }
        }
        return count
    }

    package func write(_ bytes: Span<UInt8>, to file: FileID, at offset: UInt64) throws(SystemCallError) {
        let open = try self.openedForWriting(file, "pwrite")
        if self.failingWrites > 0 || self.random.chance(self.conditions.writeErrorRate) {
            self.failingWrites = max(0, self.failingWrites - 1)
            self.faultCounts.writeErrors += 1
            throw self.failure(.inputOutput, "pwrite", open.path, "Input/output error")
        }
        guard let start = Int(exactly: offset), bytes.count <= Self.maximumFileSize,
            start <= Self.maximumFileSize - bytes.count
        else { throw self.failure(.other, "pwrite", open.path, "File too large") }
        let room = self.roomForGrowth()
        let held = open.inode.bytes.count
        guard start + bytes.count - held <= room else {
            // As much as fits is written, as a real disk does.
            let fitting = min(bytes.count, held + room - start)
            if fitting > 0 {
                open.inode.write(bytes.extracting(first: fitting), at: start, stamp: self.takeStamp())
            }
            self.faultCounts.fullDisks += 1
            throw self.failure(.noSpace, "pwrite", open.path, "No space left on device")
        }
        if self.misdirectedWrites > 0 {
            self.misdirectedWrites -= 1
            self.misdirect(bytes, from: open.inode, at: start)
            return
        }
        open.inode.write(bytes, at: start, stamp: self.takeStamp())
        if self.random.chance(self.conditions.writeBackRate) {
            open.inode.writeBack()
        }
    }

    package func truncate(_ file: FileID, to size: UInt64) throws(SystemCallError) {
        let open = try self.openedForWriting(file, "ftruncate")
        guard size <= UInt64(Self.maximumFileSize) else {
            throw self.failure(.other, "ftruncate", open.path, "File too large")
        }
        guard Int(size) - open.inode.bytes.count <= self.roomForGrowth() else {
            self.faultCounts.fullDisks += 1
            throw self.failure(.noSpace, "ftruncate", open.path, "No space left on device")
        }
        open.inode.truncate(to: Int(size), stamp: self.takeStamp())
    }

    package func sync(_ file: FileID) throws(SystemCallError) {
        let open = try self.opened(file, "fdatasync")
        do throws(SystemCallError) {
            try self.drawSyncFailure(open.path)
        } catch {
            open.inode.dropPendingPages()
            throw error
        }
        open.inode.sync()
    }

    /// Has the next syncs of files or directories fail, each once, dropping the pages.
    package func failNextSync(_ count: Int = 1) { self.failingSyncs += count }

    /// Has the next writes fail, writing nothing.
    package func failNextWrite(_ count: Int = 1) { self.failingWrites += count }

    /// Has the next writes reported as done, though their bytes land elsewhere; see
    /// ``misdirect(_:of:to:of:)``.
    package func misdirectNextWrite(_ count: Int = 1) { self.misdirectedWrites += count }

    /// Writes land where they should from now on.
    func forgetMisdirectedWrites() { self.misdirectedWrites = 0 }

    /// None of the failures asked for comes any more.
    func forgetArmedFailures() {
        self.failingSyncs = 0
        self.failingWrites = 0
        self.failingReads = 0
        self.misdirectedWrites = 0
    }

    /// Has the next reads fail.
    package func failNextRead(_ count: Int = 1) { self.failingReads += count }

    /// The simulation's own bound; a real file system has a far larger one.
    static let maximumFileSize = 1 << 32

    var usedBytes: Int { self.tree.usedBytes }

    func takeStamp() -> UInt64 {
        self.lastStamp += 1
        return self.lastStamp
    }

    func failure(_ kind: SystemCallError.Kind, _ call: String, _ subject: String, _ reason: String) -> SystemCallError {
        SystemCallError(kind: kind, call: call, subject: subject, reason: reason)
    }

    /// Creates a file whose zeros are durable, or replaces the one of that name. The name is pending.
    func createFile(_ path: String, zeros: Int) throws(SystemCallError) -> SimulatedInode {
        let normal = DirectoryTree.normal(path)
        guard case .directory = self.tree[DirectoryTree.parent(of: normal)], !normal.isEmpty else {
            throw self.failure(.notFound, "open", path, "No such file or directory")
        }
        if case .directory = self.tree[normal] {
            throw self.failure(.other, "open", path, "Is a directory")
        }
        let stamp = self.takeStamp()
        let inode = SimulatedInode(durable: [UInt8](repeating: 0, count: zeros), stamp: stamp, birth: stamp)
        self.tree.apply(.create(normal, inode))
        return inode
    }

    /// Bytes by which files may still grow.
    func roomForGrowth() -> Int {
        guard let capacity = self.conditions.capacity else { return Int.max / 2 }
        return max(0, Int(clamping: capacity) - self.usedBytes)
    }

    func inode(at path: String, call: String) throws(SystemCallError) -> SimulatedInode {
        switch self.tree[DirectoryTree.normal(path)] {
        case .file(let inode): return inode
        case .directory: throw self.failure(.other, call, path, "Is a directory")
        case nil: throw self.failure(.notFound, call, path, "No such file or directory")
        }
    }

    func opened(_ file: FileID, _ call: String) throws(SystemCallError) -> OpenFile {
        guard let open = self.openFiles[file] else {
            throw self.failure(.other, call, "descriptor \(file.rawValue)", "Bad file descriptor")
        }
        return open
    }

    func openedForWriting(_ file: FileID, _ call: String) throws(SystemCallError) -> OpenFile {
        let open = try self.opened(file, call)
        guard open.isWritable else { throw self.failure(.other, call, open.path, "Bad file descriptor") }
        return open
    }

    /// The process is gone, and its descriptors with it.
    func closeAll() {
        self.openFiles.removeAll()
    }

    private func addOpenFile(
        _ inode: SimulatedInode, _ path: String, isWritable: Bool, isLock: Bool = false
    ) -> FileID {
        // Descriptors are not reused, so that one used after closing is always found out.
        let file = FileID(rawValue: self.nextFile)
        self.nextFile += 1
        self.openFiles[file] = OpenFile(inode: inode, path: path, isWritable: isWritable, isLock: isLock)
        return file
    }

    private func drawSyncFailure(_ path: String) throws(SystemCallError) {
        guard self.failingSyncs > 0 || self.random.chance(self.conditions.syncFailureRate) else { return }
        self.failingSyncs = max(0, self.failingSyncs - 1)
        self.faultCounts.syncFailures += 1
        throw self.failure(.inputOutput, "fdatasync", path, "Input/output error")
    }
}
