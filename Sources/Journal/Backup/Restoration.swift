import ByteCoding
import Causality
import DataModel
package import Platform

/// Making a data directory from backups: a full one, and any number of incremental ones in their order.
///
/// The directory gets a new peer ID. Until everything is there and durable it holds a file that says so, and no node
/// opens it; so a restoration that was cut short leaves nothing that could be taken for a whole one.
package struct Restoration {
    let files: any FileSystem
    let journal: RecordJournal
    var recordCount: UInt64 = 0
    /// What the backup being restored says is live.
    var kept = CausalContext()

    private init(files: any FileSystem, journal: RecordJournal) {
        self.files = files
        self.journal = journal
    }

    /// Restores `backups` into `directory`, which must not exist or be empty.
    ///
    /// All backups are checked before anything is written.
    ///
    /// - Parameters:
    ///   - configuration: of the new journal; an empty cluster name stands for that of the backups.
    ///   - random: a source of random numbers, for the new peer ID.
    ///   - progress: told now and then how many bytes of how many have been read, in both passes.
    /// - Throws: when a backup or the directory is not as it must be, or the disk refuses. What has been written
    ///   by then stays, and is not opened by any node.
    package static func run(
        _ backups: [String], into directory: String, files: any FileSystem, configuration: JournalConfiguration,
        random: () -> UInt64, progress: (UInt64, UInt64) -> Void = { _, _ in }
    ) throws(RestoreError) -> RestoreReport {
        let summaries = try Restoration.check(backups, configuration.cluster, files, progress)
        guard let first = summaries.first, let last = summaries.last else { throw .nothing }
        var configuration = configuration
        if configuration.cluster.isEmpty { configuration.cluster = first.title.cluster }
        try Restoration.begin(directory, files)
        let journal = try RestoreError.unlessLogRefuses { () throws(JournalError) in
            try RecordJournal.openUnfinished(
                at: directory, files: files, configuration: configuration, random: random)
        }
        var restoration = Restoration(files: files, journal: journal)
        let total = summaries.reduce(0) { $0 + $1.bytes }
        var done: UInt64 = 0
        do throws(RestoreError) {
            for (path, summary) in zip(backups, summaries) {
                try restoration.restore(path, summary) { bytes, _ in progress(total + done + bytes, total * 2) }
                done += summary.bytes
            }
            let report = RestoreReport(
                peer: journal.identity.peer, cluster: configuration.cluster, recordCount: restoration.recordCount,
                liveCount: journal.index.recordCount, keyCount: journal.index.keyCount, created: last.title.created)
            try restoration.finish(directory)
            return report
        } catch {
            try? journal.close()
            throw error
        }
    }

    /// Whether the directory holds the beginning of a restoration that has not ended.
    package static func isUnfinished(_ directory: String, files: any FileSystem) -> Bool {
        files.exists(FileNames.unfinished(in: directory))
    }

    /// Checks every backup, and that each can be restored after those before it.
    private static func check(
        _ backups: [String], _ cluster: String, _ files: any FileSystem, _ progress: (UInt64, UInt64) -> Void
    ) throws(RestoreError) -> [BackupSummary] {
        var summaries: [BackupSummary] = []
        var context = CausalContext()
        var done: UInt64 = 0
        for path in backups {
            let summary = try BackupFile.check(path, files: files) { bytes, size in
                // Of the other files' sizes nothing is known yet.
                progress(done + bytes, (done + size) * 2)
            }
            guard context.isSuperset(of: summary.since) else { throw .wrongOrder(file: path) }
            let expected = cluster.isEmpty ? (summaries.first?.title.cluster ?? summary.title.cluster) : cluster
            guard summary.title.cluster == expected else {
                throw .otherCluster(file: path, found: summary.title.cluster, expected: expected)
            }
            context.formUnion(summary.context)
            done += summary.bytes
            summaries.append(summary)
        }
        return summaries
    }

    /// Makes the directory, with the file that says that it is not finished.
    private static func begin(_ directory: String, _ files: any FileSystem) throws(RestoreError) {
        let marker = FileNames.unfinished(in: directory)
        try RestoreError.unlessLogRefuses { () throws(JournalError) in
            try DurableDirectory.create(directory, files: files)
        }
        let names = try RestoreError.unlessRefused { () throws(SystemCallError) in try files.list(directory) }
        guard names.isEmpty else { throw .notEmpty(directory: directory) }
        try RestoreError.unlessRefused { () throws(SystemCallError) in
            let file = try files.open(marker, .create)
            defer { files.close(file) }
            try files.sync(file)
            try files.syncDirectory(directory)
        }
    }

    /// Makes everything durable and lets the directory be opened.
    private func finish(_ directory: String) throws(RestoreError) {
        self.journal.endSnapshots()
        try self.flush(sync: true)
        while self.journal.isSnapshotting || self.journal.hasCompactionJob {
            self.background()
            if self.journal.wantsSync { try self.flush(sync: true) }
            if let failure = self.journal.failure { throw .journal(failure) }
        }
        let journal = self.journal
        try RestoreError.unlessLogRefuses { () throws(JournalError) in try journal.close() }
        let files = self.files
        try RestoreError.unlessRefused { () throws(SystemCallError) in
            try files.remove(FileNames.unfinished(in: directory))
            try files.syncDirectory(directory)
        }
    }
}
