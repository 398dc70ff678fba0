import Platform

/// Finding index snapshots.
enum SnapshotList {
    /// The numbers of the snapshots in the directory, the newest first. What cannot be listed is not there.
    static func read(in directory: String, files: any FileSystem) -> [UInt64] {
        guard files.exists(directory), let names = try? files.list(directory) else { return [] }
        return names.compactMap { FileNames.snapshotNumber($0) }.sorted(by: >)
    }

    /// Removes every file but the snapshot of that number. What cannot be removed stays.
    static func removeAll(but number: UInt64?, in directory: String, files: any FileSystem) {
        guard files.exists(directory), let names = try? files.list(directory) else { return }
        for name in names {
            if let number, FileNames.snapshotNumber(name) == number { continue }
            try? files.remove(directory + "/" + name)
        }
    }
}
