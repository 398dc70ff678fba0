import ByteCoding
import DataModel
import Journal
import Leadership

// Decided entries become records of the store, by the same apply as in leaderless mode.
extension LeadershipMember {
    /// The last entry that is decided and in the log.
    var applicable: UInt64 { min(self.raft.commit, self.entries.lastIndex) }

    func applyMore() throws(JournalError) {
        while self.applied.index < self.applicable, !self.hasEnded {
            let entry = try self.entries.entry(at: self.applied.index + 1)
            if case .payload(let payload) = entry.content {
                self.hasEnded = payload == EntryRecords.end
                guard try self.apply(payload) else { break }
                self.forgetProposals(of: entry.position.index, payload)
            }
            self.nextRecord = 0
            self.applied = entry.position
        }
        if self.noted != self.applied {
            try self.entries.noteApplied(self.applied, self.raft.outline.electorate(at: self.applied.index))
            self.noted = self.applied
        }
        self.releaseReads()
    }

    /// Applies the records of an entry, from where it was left. Returns whether all are.
    private func apply(_ payload: [UInt8]) throws(JournalError) -> Bool {
        let ranges: [Range<Int>]
        do throws(DecodingError) {
            ranges = try EntryRecords.ranges(in: payload)
        } catch {
            throw .malformed(error)
        }
        while self.nextRecord < ranges.count {
            let range = ranges[self.nextRecord]
            var bytes = RecordJournal.receptionBytes(recordLength: range.count)
            while true {
                switch self.journal.admit(byteCount: bytes) {
                case .now: break
                case .later: return false
                case .refused(let error):
                    if self.journal.failure != nil { throw error }
                    return false
                }
                do throws(JournalError) {
                    _ = try self.journal.apply(payload, range)
                    break
                } catch {
                    guard case .notAdmitted(let byteCount) = error, byteCount > bytes else { throw error }
                    bytes = byteCount
                }
            }
            self.nextRecord += 1
        }
        return true
    }

    private func forgetProposals(of index: UInt64, _ payload: [UInt8]) {
        guard !self.proposed.isEmpty, let ranges = try? EntryRecords.ranges(in: payload) else { return }
        for range in ranges {
            var reader = ByteReader(payload, range)
            guard let layout = try? reader.readRecordLayout() else { continue }
            let key = Key(Array(payload[layout.key]))
            if self.proposed[key]?.index == index { self.proposed[key] = nil }
        }
    }

    func releaseReads() {
        while let read = self.reads.first, read.index <= self.applied.index {
            self.reads.removeFirst()
            self.effects.append(.readable(read.ids))
        }
    }
}
