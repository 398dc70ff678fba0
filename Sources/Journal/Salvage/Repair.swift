package import Platform

/// Makes a damaged data directory one that opens, at the price of what is lost.
///
/// The damaged log is put aside. When the node starts it has a new peer ID. If it has peers it is first given what they
/// hold; then, or at once if there are none, it takes back what is intact. Whatever was deleted, and has nothing but a
/// damaged frame to say so, is back on a node without peers.
package enum Repair {
    /// What was done.
    package struct Outcome: Hashable, Sendable {
        /// What the directory was like.
        package let before: DirectoryReport
        /// What is kept; nil if the log is intact and nothing was done to it.
        package let salvage: SalvageReport?
        /// Damaged index snapshots that were removed.
        package let removedSnapshots: Int
    }

    /// Looks what would be done; changes nothing.
    package static func plan(_ directory: String, files: any FileSystem) throws(JournalError) -> Outcome {
        let lock = try DirectoryInspection.lock(directory, files)
        defer { files.close(lock.file) }
        return try Repair.plan(of: directory, files)
    }

    /// Repairs a directory that no process has open. Does nothing if it is intact.
    package static func run(_ directory: String, files: any FileSystem) throws(JournalError) -> Outcome {
        let lock = try DirectoryInspection.lock(directory, files)
        defer { files.close(lock.file) }
        try Quarantine.endIfHealed(directory, files: files)
        let outcome = try Repair.plan(of: directory, files)
        if outcome.salvage != nil {
            try Quarantine.begin(directory, files: files)
            try Quarantine.accept(directory, files: files)
            if outcome.before.identityDamage != nil, files.exists(FileNames.identity(in: directory)) {
                try JournalError.unlessRefused { () throws(SystemCallError) in
                    try files.remove(FileNames.identity(in: directory))
                    try files.syncDirectory(directory)
                }
            }
        } else {
            for snapshot in outcome.before.snapshots where !snapshot.isIntact {
                try JournalError.unlessRefused { () throws(SystemCallError) in try files.remove(snapshot.path) }
            }
        }
        return outcome
    }

    private static func plan(of directory: String, _ files: any FileSystem) throws(JournalError) -> Outcome {
        let report = try DirectoryInspection.inspect(directory, files)
        let damagedSnapshots = report.snapshots.count { !$0.isIntact }
        let isThere = try Quarantine.isThere(directory, files: files)
        guard !report.isLogIntact || isThere else {
            return Outcome(before: report, salvage: nil, removedSnapshots: damagedSnapshots)
        }
        // What was put aside before is what is kept; a log beside it was received since.
        let isAside = files.exists(FileNames.damagedComplete(in: directory))
        let salvaged = try SalvagedLog(
            isAside ? FileNames.damaged(in: directory) : FileNames.log(in: directory),
            peers: report.identity.map { [$0.peer] + $0.lineage } ?? [], hashSeed: 0, files: files)
        defer { salvaged.close() }
        return Outcome(before: report, salvage: SalvageReport(salvaged), removedSnapshots: report.snapshots.count)
    }
}
