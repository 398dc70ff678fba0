import ByteCoding
import Causality
import DataModel
import Platform

/// Beginning with an index snapshot instead of an empty index.
extension Recovery {
    /// Fills the index, and remembers from where on the log is to be replayed.
    ///
    /// In segments that were compacted after the snapshot was begun, its locations are out of date: these are
    /// read, and a record of the snapshot that is not found there any more has died since. If the snapshot starts
    /// within such a segment, the whole segment is replayed.
    ///
    /// - Throws: when the snapshot does not belong to this log; the index is then of no use.
    mutating func restore(_ snapshot: SnapshotFile) throws(SnapshotFile.Refusal) {
        var start = snapshot.header.startLSN
        guard let current = self.segments.lastIndex(where: { $0.firstLSN <= start }) else { throw .unusable }
        if self.segments[current].compaction != nil { start = self.segments[current].firstLSN }
        try self.checkFrames(of: current, to: start)
        let isChanged = try self.begin(through: current, snapshot.footer)
        var lost: [Dot: SlotID] = [:]
        let index = self.index
        var tails = TailLoading()
        index.beginLoading(keyCount: Int(min(snapshot.header.keyCount, snapshot.header.footerOffset / 4)))
        let segments = self.segments
        try snapshot.forEachEntry(files: self.files) { key, records throws(SnapshotFile.Refusal) in
            let kept = records.allSatisfy { $0.record.lsn < start } ? records : records.filter { $0.record.lsn < start }
            guard !kept.isEmpty else { return }
            for loaded in kept {
                guard let place = index.usage.index(of: loaded.record.lsn),
                    isChanged[place] || Recovery.holds(loaded.record, segments, place)
                else { throw .unusable }
            }
            guard let slot = index.load(key, kept, &tails) else { throw .unusable }
            for loaded in kept {
                if let place = index.usage.index(of: loaded.record.lsn), isChanged[place] {
                    lost[loaded.record.dot] = slot
                }
            }
        }
        index.finishLoading(tails)
        for place in isChanged.indices where isChanged[place] && place < current {
            try self.relocate(place, &lost)
            self.snapshots.movedSegments += 1
        }
        self.snapshots.diedSince = lost.count
        for dot in lost.keys.sorted() {
            if let slot = lost[dot] { index.remove(dot, from: slot) }
        }
        self.startAt(current, offset: start - self.segments[current].firstLSN, snapshot)
    }

    /// Makes sure that the segment holds frames up to the start: if not, the log was rewound.
    private func checkFrames(of current: Int, to start: UInt64) throws(SnapshotFile.Refusal) {
        let segment = self.segments[current]
        let end = start - segment.firstLSN
        guard end > UInt64(LogFormat.segmentHeaderLength) else { return }
        do {
            let file = try self.files.open(segment.path, .read)
            defer { self.files.close(file) }
            var scanner = FrameScanner(
                segment, file: file, end: min(end, try self.files.size(of: file)), files: self.files)
            while scanner.offset < end {
                guard case .frame = try scanner.next() else { throw SnapshotFile.Refusal.unusable }
            }
        } catch {
            throw .unusable
        }
    }

    /// Begins the accounts of the segments up to the one that is replayed first. Returns which were changed.
    private func begin(through current: Int, _ footer: SnapshotFooter) throws(SnapshotFile.Refusal) -> [Bool] {
        var isChanged: [Bool] = []
        var next = 0
        for index in 0...current {
            let segment = self.segments[index]
            guard let size = try? self.size(of: segment) else { throw .unusable }
            self.index.usage.begin(at: segment.firstLSN, fileBytes: size, isCompacted: segment.compaction != nil)
            while next < footer.sources.count, footer.sources[next].number < segment.number { next += 1 }
            let generation = segment.compaction?.generation ?? 0
            guard next < footer.sources.count, footer.sources[next].number == segment.number,
                footer.sources[next].firstLSN == segment.firstLSN, footer.sources[next].generation == generation
            else {
                // The segment that is appended to may have begun after the snapshot did.
                isChanged.append(index < current || generation > 0)
                continue
            }
            isChanged.append(index == current && generation > 0)
            if !isChanged[index] { self.index.usage.restore(footer.sources[next], at: index) }
        }
        return isChanged
    }

    private func size(of segment: Segment) throws(SystemCallError) -> UInt64 {
        let file = try self.files.open(segment.path, .read)
        defer { self.files.close(file) }
        return try self.files.size(of: file)
    }

    /// Whether the segment has room for the record where the snapshot says it is.
    private static func holds(_ record: LiveRecord, _ segments: [Segment], _ index: Int) -> Bool {
        let segment = segments[index]
        var end = index + 1 < segments.count ? segments[index + 1].firstLSN : UInt64.max
        if let compaction = segment.compaction { end = segment.firstLSN + UInt64(compaction.usedLength) }
        let length = UInt64(LogFormat.frameHeaderLength) + UInt64(record.recordLength)
        guard record.lsn <= end else { return false }
        return record.lsn >= segment.firstLSN + UInt64(LogFormat.segmentHeaderLength) && end - record.lsn >= length
    }

    /// Tells the index where the records of a compacted segment are now, and strikes them from `lost`.
    private mutating func relocate(_ place: Int, _ lost: inout [Dot: SlotID]) throws(SnapshotFile.Refusal) {
        let segment = self.segments[place]
        var source = SnapshotFooter.Source(number: segment.number, firstLSN: segment.firstLSN, generation: 0)
        // When the records died whose frames are here is not known.
        source.oldestDeath = 0
        source.fixedBytes = UInt64(LogFormat.segmentHeaderLength)
        do {
            let file = try self.files.open(segment.path, .read)
            defer { self.files.close(file) }
            guard let used = segment.compaction.map({ UInt64($0.usedLength) }) else {
                throw SnapshotFile.Refusal.unusable
            }
            var scanner = FrameScanner(segment, file: file, end: used, files: self.files)
            while case .frame(let frame) = try scanner.next() {
                let length = UInt64(LogFormat.frameHeaderLength + frame.payload.count)
                switch frame.kind {
                case .record:
                    var reader = scanner.reader(of: frame)
                    let dot = try reader.readRecordDot()
                    guard let slot = lost.removeValue(forKey: dot) else { continue }
                    guard let record = self.index.record(dot, in: slot), record.checksum == frame.payloadChecksum,
                        Int(record.recordLength) == frame.payload.count
                    else { throw SnapshotFile.Refusal.unusable }
                    _ = self.index.relocate(dot, slotHint: slot, to: frame.lsn)
                case .gone: source.goneBytes += length
                case .summary:
                    source.fixedBytes += length
                    // A record that died between what the snapshot knows and this position is not here any more,
                    // and what ended it must be: a log that does not reach so far has lost it.
                    var reader = scanner.reader(of: frame)
                    self.noteSynced(try reader.readSummary().syncedLSN)
                case .join, .floor, .mark, .batch, .ballot, .leadershipEntry, .commit, .truncation:
                    source.fixedBytes += length
                }
            }
            guard scanner.offset == used else { throw SnapshotFile.Refusal.unusable }
        } catch {
            throw .unusable
        }
        self.index.usage.restore(source, at: place)
    }
}
