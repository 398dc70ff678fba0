import ByteCoding
import Causality
import DataModel
import Platform

/// The records of one backup on their way into the new log.
extension Restoration {
    /// Bytes appended after which they are handed to the system.
    private static let flushLength: UInt64 = 1024 * 1024

    /// Restores one backup on top of those before it.
    mutating func restore(
        _ path: String, _ summary: BackupSummary, _ progress: (UInt64, UInt64) -> Void
    ) throws(RestoreError) {
        self.kept = CausalContext()
        let read = try BackupFile.read(path, files: self.files, progress: progress) { piece throws(RestoreError) in
            switch piece {
            case .records(let bytes, let ranges): for range in ranges { try self.receive(bytes, range) }
            case .kept(let context): self.kept.formUnion(context)
            case .opening, .since, .context, .floor, .end: break
            }
        }
        // The file was changed since it was checked.
        guard read == summary else {
            throw .backup(file: path, .damaged(offset: 0, what: "it changes while it is being read"))
        }
        try self.close(summary)
    }

    private mutating func receive(_ bytes: [UInt8], _ range: Range<Int>) throws(RestoreError) {
        let journal = self.journal
        try self.makeRoom(RecordJournal.receptionBytes(recordLength: range.count))
        var reception: Reception?
        var needed = 0
        do throws(JournalError) {
            reception = try journal.receive(bytes, range)
        } catch {
            guard case .notAdmitted(let byteCount) = error else { throw .journal(error) }
            needed = byteCount
        }
        if reception == nil {
            try self.makeRoom(needed)
            reception = try RestoreError.unlessLogRefuses { () throws(JournalError) in
                try journal.receive(bytes, range)
            }
        }
        switch reception {
        case .applied(let layout, _, _): self.kept.insert(layout.head.dot)
        case .covered(let layout): self.kept.insert(layout.head.dot)
        case .ignored(let dot): self.kept.insert(dot)
        case nil: break
        }
        self.recordCount += 1
        if journal.appendedLSN - journal.writtenLSN >= Restoration.flushLength { try self.flush(sync: false) }
    }

    /// Joins what the backup has seen, and drops what ended before it and is not in it.
    private func close(_ summary: BackupSummary) throws(RestoreError) {
        let journal = self.journal
        let absent = journal.absentBytes(closing: summary.context, streamed: self.kept)
        try self.makeRoom(absent)
        try RestoreError.unlessLogRefuses { () throws(JournalError) in
            try journal.dropAbsent(closing: summary.context, streamed: self.kept)
        }
        try self.makeRoom(journal.joinBytes(context: summary.context, floor: summary.floor))
        try RestoreError.unlessLogRefuses { () throws(JournalError) in
            try journal.join(context: summary.context, floor: summary.floor)
        }
        try self.flush(sync: false)
    }

    private func makeRoom(_ byteCount: Int) throws(RestoreError) {
        // A segment is prepared at the first refusal, and put in place of a spare that is too small at the second.
        for _ in 0..<4 {
            switch self.journal.admit(byteCount: byteCount) {
            case .now: return
            case .refused(let error): throw .journal(error)
            case .later:
                try self.flush(sync: false)
                self.background()
            }
        }
        throw .journal(.notAdmitted(byteCount: byteCount))
    }

    func flush(sync: Bool) throws(RestoreError) {
        while let job = self.journal.takeFlush(sync: sync) {
            self.journal.stored(job.id, StorageAtOnce.run(job, self.files))
            if let failure = self.journal.failure { throw .journal(failure) }
            if let refusal = self.journal.refusal { throw .journal(.refused(refusal)) }
        }
        self.background()
    }

    /// Does a piece of what is done in the background.
    func background() {
        guard let job = self.journal.takeBackgroundJob() else { return }
        self.journal.stored(job.id, StorageAtOnce.run(job, self.files))
    }
}
