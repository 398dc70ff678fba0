import ByteCoding
import DataModel
import Journal
import Leadership

/// Where the entries of leader mode lie in the log, and what must still get there.
///
/// A write that the log has no room for at the moment waits here, and all behind it: they become durable in their
/// order.
///
/// - Invariant: `places` are those of the entries right above the base, in their order; the entries behind them are
///   in `backlog`.
struct StoredEntries {
    private struct Place {
        let term: Term
        let lsn: UInt64
        let length: Int
    }

    let journal: RecordJournal
    /// The number of the era that these are entries of.
    private(set) var era: UInt64
    private(set) var base: SnapshotHeader
    private var places: [Place] = []
    private var backlog: [LogWrite] = []
    /// Writes in the log that are not known to be synced: their numbers, and where each ends.
    private var unsynced: [(number: UInt64, endLSN: UInt64)] = []
    /// The ballot in the log, for fresh starts.
    private var ballot = Ballot()

    /// Entries that begin behind `base`, with nothing of leader mode in the log.
    init(journal: RecordJournal, era: UInt64, base: SnapshotHeader) {
        self.journal = journal
        self.era = era
        self.base = base
    }

    /// Has the fresh start behind the base written.
    mutating func found() {
        self.backlog.append(LogWrite(number: 0, ballot: nil, change: .install(self.base)))
    }

    /// Reads what the log holds; nil if it holds nothing of leader mode.
    ///
    /// - Throws: when frames that were synced make no sense.
    static func restore(
        from journal: RecordJournal
    ) throws(DecodingError) -> (entries: StoredEntries, log: RestoredLog)? {
        let frames = journal.takeLeadershipFrames()
        guard !frames.isEmpty else { return nil }
        var entries = StoredEntries(
            journal: journal, era: 0, base: SnapshotHeader(position: .zero, electorate: .empty))
        var log = RestoredLog(ballot: Ballot(), outline: LogOutline(electorate: .empty), commit: 0)
        for frame in frames { try entries.replay(frame, into: &log) }
        log.commit = min(max(log.commit, log.outline.base.index), log.outline.last.index)
        entries.ballot = log.ballot
        return (entries, log)
    }

    /// The records in the entry that a frame holds; none for other frames.
    static func records(of frame: LeadershipFrame) -> [[UInt8]] {
        guard frame.kind == .entry else { return [] }
        var reader = ByteReader(frame.payload)
        guard let index = try? reader.readVarint(), let entry = try? LeadershipEntry(from: &reader, at: index),
            case .payload(let payload) = entry.content, let ranges = try? EntryRecords.ranges(in: payload)
        else { return [] }
        return ranges.map { Array(payload[$0]) }
    }

    private mutating func replay(_ frame: LeadershipFrame, into log: inout RestoredLog) throws(DecodingError) {
        var reader = ByteReader(frame.payload)
        switch frame.kind {
        case .ballot: log.ballot = try Ballot(from: &reader)
        case .entry:
            let index = try reader.readVarint()
            let entry = try LeadershipEntry(from: &reader, at: index)
            try reader.finish()
            guard index > log.outline.base.index, index <= log.outline.last.index + 1 else { throw .malformed }
            self.truncate(after: index - 1)
            log.outline.truncate(after: index - 1)
            guard entry.position.term >= log.outline.last.term else { throw .malformed }
            log.outline.append(entry)
            self.places.append(Place(term: entry.position.term, lsn: frame.lsn, length: frame.payload.count))
            if case .payload(let payload) = entry.content {
                let highest = try EntryRecords.highestSequence(of: self.journal.identity.peer, in: payload)
                self.journal.keepFree(ownSequencesThrough: highest)
            }
        case .commit:
            let isRenewal = try reader.readUInt8() == LeadershipMark.renewal.rawValue
            self.journal.keepFree(ownSequencesThrough: try reader.readVarint())
            self.era = try reader.readUInt64()
            let header = try SnapshotHeader(from: &reader)
            guard isRenewal else {
                log.commit = max(log.commit, header.position.index)
                return
            }
            self.base = header
            self.places = []
            log.outline = LogOutline(base: header.position, electorate: header.electorate)
            log.commit = header.position.index
        case .truncation:
            let index = try reader.readVarint()
            guard index >= log.outline.base.index else { throw .malformed }
            self.truncate(after: index)
            log.outline.truncate(after: index)
        }
    }

    /// The last entry that is in the log.
    var lastIndex: UInt64 { self.base.position.index + UInt64(self.places.count) }

    /// Whether writes wait for room.
    var isWaiting: Bool { !self.backlog.isEmpty }

    /// Takes in a write that a decider asked for.
    mutating func take(_ write: LogWrite) {
        self.backlog.append(write)
    }

    /// Appends what waits, as far as the log has room.
    ///
    /// - Throws: when the log writes nothing any more.
    mutating func advance() throws(JournalError) {
        while let write = self.backlog.first {
            guard try self.append(write) else { return }
            self.backlog.removeFirst()
            self.unsynced.append((write.number, self.journal.appendedLSN))
        }
    }

    /// The number of the last write that is on disk now, if there is a new one.
    mutating func takeSynced() -> UInt64? {
        let synced = self.journal.syncedLSN
        let count = self.unsynced.prefix { $0.endLSN <= synced }.count
        defer { self.unsynced.removeFirst(count) }
        return count > 0 ? self.unsynced[count - 1].number : nil
    }

    /// An entry that is in the log.
    ///
    /// - Precondition: `base.position.index < index <= lastIndex`.
    func entry(at index: UInt64) throws(JournalError) -> LeadershipEntry {
        let place = self.places[Int(index - self.base.position.index) - 1]
        var bytes: [UInt8] = []
        try self.journal.readLeadership(at: place.lsn, count: place.length, into: &bytes)
        do throws(DecodingError) {
            var reader = ByteReader(bytes)
            _ = try reader.readVarint()
            return try LeadershipEntry(from: &reader, at: index)
        } catch {
            throw .malformed(error)
        }
    }

    /// An entry wherever it is: in the log, or waiting to get there; nil if it is given up already.
    func pendingEntry(at index: UInt64) throws(JournalError) -> LeadershipEntry? {
        for write in self.backlog.reversed() {
            guard case .append(let after, let entries) = write.change else { continue }
            if let entry = entries.first(where: { $0.position.index == index }) { return entry }
            if after < index { return nil }
        }
        guard index > self.base.position.index, index <= self.lastIndex else { return nil }
        return try self.entry(at: index)
    }

    /// Writes how far entries are applied, so that a restart need not wait for a leader to tell. Not if there is no
    /// room at the moment.
    func noteApplied(_ position: LogPosition, _ electorate: Electorate) throws(JournalError) {
        let writer = self.commitPayload(SnapshotHeader(position: position, electorate: electorate))
        guard try self.hasRoom(RecordJournal.leadershipBytes(payloadLength: writer.count)) else { return }
        try self.journal.append(.commit, writer.bytes.span)
    }

    /// Begins afresh behind an applied entry: what stood before can be left out by compactions. Returns whether there
    /// was room for it.
    mutating func renew(behind header: SnapshotHeader) throws(JournalError) -> Bool {
        guard self.backlog.isEmpty, header.position.index >= self.base.position.index,
            header.position.index <= self.lastIndex
        else { return false }
        var kept: [[UInt8]] = []
        var terms: [Term] = []
        for place in self.places.dropFirst(Int(header.position.index - self.base.position.index)) {
            var bytes: [UInt8] = []
            try self.journal.readLeadership(at: place.lsn, count: place.length, into: &bytes)
            kept.append(bytes)
            terms.append(place.term)
        }
        let bytes = kept.reduce(2048) { $0 + RecordJournal.leadershipBytes(payloadLength: $1.count) }
        guard try self.hasRoom(bytes) else { return false }
        try self.journal.beginGroup(byteCount: bytes)
        defer { self.journal.endGroup() }
        try self.begin(header)
        for (place, bytes) in kept.enumerated() {
            let lsn = try self.journal.append(.entry, bytes.span)
            self.places.append(Place(term: terms[place], lsn: lsn, length: bytes.count))
        }
        return true
    }

    private mutating func append(_ write: LogWrite) throws(JournalError) -> Bool {
        var frames: [(LeadershipFrame.Kind, [UInt8], Term)] = []
        if let ballot = write.ballot {
            var writer = ByteWriter()
            ballot.encode(into: &writer)
            frames.append((.ballot, writer.bytes, ballot.term))
        }
        if case .append(_, let entries) = write.change {
            for entry in entries {
                var writer = ByteWriter()
                writer.writeVarint(entry.position.index)
                entry.encode(into: &writer)
                frames.append((.entry, writer.bytes, entry.position.term))
            }
        }
        let bytes = frames.reduce(2048) { $0 + RecordJournal.leadershipBytes(payloadLength: $1.1.count) }
        guard try self.hasRoom(bytes) else { return false }
        if let ballot = write.ballot { self.ballot = ballot }
        // All or nothing: an entry that is given up is so by the one that takes its place.
        try self.journal.beginGroup(byteCount: bytes)
        defer { self.journal.endGroup() }
        switch write.change {
        case .none: break
        case .append(let after, _): self.truncate(after: after)
        case .install(let header): try self.begin(header)
        }
        for (kind, payload, term) in frames {
            let lsn = try self.journal.append(kind, payload.span)
            if kind == .entry { self.places.append(Place(term: term, lsn: lsn, length: payload.count)) }
        }
        return true
    }

    /// Appends a fresh start. Room MUST have been made.
    private mutating func begin(_ header: SnapshotHeader) throws(JournalError) {
        var writer = self.commitPayload(header)
        try self.journal.append(.commit, writer.bytes.span, mark: .renewal)
        writer = ByteWriter()
        self.ballot.encode(into: &writer)
        try self.journal.append(.ballot, writer.bytes.span)
        self.base = header
        self.places = []
    }

    /// Has the log say that leader mode is over; false if there is no room at the moment.
    mutating func end() throws(JournalError) -> Bool {
        let writer = self.commitPayload(self.base)
        guard try self.hasRoom(RecordJournal.leadershipBytes(payloadLength: writer.count)) else { return false }
        try self.journal.append(.commit, writer.bytes.span, mark: .end)
        return true
    }

    /// The own sequences used up, some perhaps by entries that are given up and forgotten; the era; what is applied.
    private func commitPayload(_ header: SnapshotHeader) -> ByteWriter {
        var writer = ByteWriter()
        writer.writeVarint(self.journal.ownSequence)
        writer.write(self.era)
        header.encode(into: &writer)
        return writer
    }

    private mutating func truncate(after index: UInt64) {
        let kept = Int(index - min(index, self.base.position.index))
        self.places.removeLast(max(0, self.places.count - kept))
    }

    private func hasRoom(_ byteCount: Int) throws(JournalError) -> Bool {
        switch self.journal.admit(byteCount: byteCount) {
        case .now: return true
        case .later: return false
        case .refused(let error):
            // A full disk may have room again; everything else is for good.
            if self.journal.failure != nil { throw error }
            return false
        }
    }
}
