import Journal
import Platform
import Replication

/// Backups of a simulated node, by the code that programs use.
extension SimulatedNode {
    /// Makes the directory of the stopped node, which must be empty, from backups.
    ///
    /// - Parameter fuse: the change at which the process that restores dies; nil for never.
    package func restore(
        _ backups: [[UInt8]], dyingAt fuse: Int? = nil, _ random: inout SimulationRandom
    ) throws {
        precondition(!self.isRunning, "the disk of a running node cannot be restored: \(self.name)")
        let files = self.machine.files
        let paths = backups.indices.map { "backup-\($0)" }
        defer { for path in paths where files.exists(path) { try? files.remove(path) } }
        for (path, bytes) in zip(paths, backups) { try self.store(bytes, as: path) }
        var draws = SimulationRandom(seed: random.next())
        _ = try Restoration.run(
            paths, into: SimulatedNode.directory, files: FusedFileSystem(files, dyingAt: fuse),
            configuration: self.configuration.journal, random: { draws.next() })
    }

    /// Whether a restoration was begun on the stopped node's disk and has not ended.
    var isRestoredInPart: Bool {
        let files = self.machine.files
        guard let names = try? files.list(SimulatedNode.directory), !names.isEmpty else { return true }
        return Restoration.isUnfinished(SimulatedNode.directory, files: files)
    }

    private func store(_ bytes: [UInt8], as path: String) throws {
        let files = self.machine.files
        if files.exists(path) { try files.remove(path) }
        let file = try files.open(path, .create)
        defer { files.close(file) }
        try files.write(bytes.span, to: file, at: 0)
        try files.sync(file)
        try files.syncDirectory(".")
    }
}
