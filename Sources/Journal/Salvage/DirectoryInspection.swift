import ByteCoding
import Causality
package import Platform

/// Reads a stopped node's data directory in whole: every frame of its log and every chunk of its index snapshots.
package enum DirectoryInspection {
    /// Reads everything, and changes nothing but the lock file, which is made if it is not there.
    ///
    /// - Throws: when there is no data directory, when a process has it open, or when it has another format.
    package static func run(
        _ directory: String, files: any FileSystem
    ) throws(JournalError) -> DirectoryReport {
        let lock = try DirectoryInspection.lock(directory, files)
        defer { files.close(lock.file) }
        return try DirectoryInspection.inspect(directory, files)
    }

    static func lock(_ directory: String, _ files: any FileSystem) throws(JournalError) -> DirectoryLock {
        let marks = [
            FileNames.identity(in: directory), FileNames.log(in: directory), FileNames.damaged(in: directory),
        ]
        guard marks.contains(where: { files.exists($0) }) else {
            throw .unreadable(
                SystemCallError(kind: .notFound, call: "open", subject: directory, reason: "No data directory"))
        }
        return try DirectoryLock(of: directory, files: files)
    }

    static func inspect(_ directory: String, _ files: any FileSystem) throws(JournalError) -> DirectoryReport {
        var report = DirectoryReport()
        do throws(JournalError) {
            report.identity = try DirectoryInspection.readIdentity(directory, files)
            if report.identity == nil { report.identityDamage = "there is no identity" }
        } catch {
            guard DirectoryInspection.isDamage(error) else { throw error }
            report.identityDamage = "\(error)"
        }
        let peers = report.identity.map { [$0.peer] + $0.lineage } ?? []
        report.segments = try DirectoryInspection.readLog(FileNames.log(in: directory), peers, files)
        report.putAside = try DirectoryInspection.readLog(FileNames.damaged(in: directory), peers, isAside: true, files)
        let index = FileNames.index(in: directory)
        for number in SnapshotList.read(in: index, files: files).reversed() {
            report.snapshots.append(DirectoryInspection.readSnapshot(number, index, peers, files))
        }
        return report
    }

    /// What is refused once may be given the next time.
    private static func readIdentity(
        _ directory: String, _ files: any FileSystem
    ) throws(JournalError) -> Identity? {
        do throws(JournalError) {
            return try IdentityFile.read(from: directory, files: files)
        } catch {
            guard case .unreadable = error else { throw error }
            return try IdentityFile.read(from: directory, files: files)
        }
    }

    private static func isDamage(_ error: JournalError) -> Bool {
        switch error {
        case .damaged, .unreadable: true
        default: false
        }
    }

    private static func readLog(
        _ log: String, _ peers: [PeerID], isAside: Bool = false, _ files: any FileSystem
    ) throws(JournalError) -> [FileReport] {
        guard files.exists(log) else { return [] }
        var inspection = LogInspection(of: log, peers: peers, acceptsOthers: isAside, files: files)
        // Whether the payloads make sense is found out as when the log is opened.
        var replay = Replay(into: LiveIndex(), peer: peers.first ?? PeerID(rawValue: 0))
        try inspection.run { _, frame, scanner throws(JournalError) in
            do throws(DecodingError) {
                try replay.apply(frame, scanner.reader(of: frame))
                return true
            } catch {
                return false
            }
        }
        return inspection.reports
    }

    private static func readSnapshot(
        _ number: UInt64, _ index: String, _ peers: [PeerID], _ files: any FileSystem
    ) -> FileReport {
        let path = FileNames.snapshot(number, in: index)
        var report = FileReport(path)
        if let file = try? files.open(path, .read) {
            report.bytes = (try? files.size(of: file)) ?? 0
            files.close(file)
        }
        for (place, peer) in peers.enumerated() {
            guard let snapshot = try? SnapshotFile(number, in: index, peer: peer, files: files) else { continue }
            defer { files.close(snapshot.file) }
            var records: UInt64 = 0
            do throws(SnapshotFile.Refusal) {
                try snapshot.forEachEntry(files: files) { records += UInt64($1.count) }
            } catch {
                break
            }
            report.peer = peer
            report.records = records
            // One of an earlier identity is not read any more.
            report.isIgnored = place > 0
            return report
        }
        report.note(DamagedStretch(offset: 0, byteCount: report.bytes, what: "not what was written: it is not used"))
        return report
    }
}
