/// How much of each segment is still needed: kept exactly, with every record that comes and goes.
///
/// A segment is known by its first LSN. Without segments nothing is counted.
///
/// - Invariant: `entries` is sorted by first LSN; the last is the segment that is appended to.
final class SegmentUsage {
    /// One segment's account.
    struct Entry: Hashable {
        let firstLSN: UInt64
        /// Bytes of the file.
        var fileBytes: UInt64
        /// Bytes of the frames of live and retired records.
        var neededBytes: UInt64 = 0
        var neededCount = 0
        /// Bytes of gone frames.
        var goneBytes: UInt64 = 0
        /// Bytes beside records and gone frames that a compaction cannot leave out.
        var fixedBytes = UInt64(LogFormat.segmentHeaderLength)
        /// Whether everything but records and gone frames is such, or will be left out.
        let isCompacted: Bool
        /// The first LSN of the segment that was appended to when the first of those records died whose frames are
        /// still here; nil if every record frame here is of a live record.
        var oldestDeath: UInt64?
        /// The needed bytes when a compaction could not free anything; nil if none has tried in vain.
        fileprivate(set) var neededInVain: UInt64?
        /// Whether a compaction has met with damage here.
        fileprivate(set) var isDamaged = false

        /// Whether it is known that a compaction of this segment alone would free nothing.
        var isStubborn: Bool {
            self.isDamaged || (self.neededInVain.map { self.neededBytes * 2 >= $0 } ?? false)
        }
    }

    // Every record that comes or goes is accounted for, so that accesses do not overlap is not checked: nothing that
    // is done to a list of plain values calls anybody.
    @exclusivity(unchecked) private var uncheckedEntries: [Entry] = []
    @exclusivity(unchecked) private var uncheckedNeededBytes: UInt64 = 0
    @exclusivity(unchecked) private var uncheckedReleasedBytes: UInt64 = 0

    private(set) var entries: [Entry] {
        _read { yield unsafe self.uncheckedEntries }
        _modify { yield unsafe &self.uncheckedEntries }
    }

    /// Bytes of the frames of live and retired records in all segments.
    private(set) var neededBytes: UInt64 {
        _read { yield unsafe self.uncheckedNeededBytes }
        _modify { yield unsafe &self.uncheckedNeededBytes }
    }

    /// Bytes of the frames of all records that were needed once and are not any more.
    private(set) var releasedBytes: UInt64 {
        _read { yield unsafe self.uncheckedReleasedBytes }
        _modify { yield unsafe &self.uncheckedReleasedBytes }
    }

    /// A segment begins; all before it are complete.
    func begin(at firstLSN: UInt64, fileBytes: UInt64, isCompacted: Bool = false) {
        self.entries.append(Entry(firstLSN: firstLSN, fileBytes: fileBytes, isCompacted: isCompacted))
    }

    /// Sets what an index snapshot knows of a segment.
    func restore(_ source: SnapshotFooter.Source, at index: Int) {
        self.entries[index].goneBytes = source.goneBytes
        self.entries[index].fixedBytes = source.fixedBytes
        self.entries[index].oldestDeath = source.oldestDeath
    }

    /// The last segment, which held no frames, is given up.
    func dropLast() {
        self.entries.removeLast()
    }

    /// Where the segment of that index ends; nil for the last.
    func endLSN(_ index: Int) -> UInt64? {
        index + 1 < self.entries.count ? self.entries[index + 1].firstLSN : nil
    }

    /// A record has become live.
    func add(_ record: LiveRecord) {
        guard let index = self.index(of: record.lsn) else { return }
        let bytes = SegmentUsage.frameBytes(record)
        self.entries[index].neededBytes += bytes
        self.entries[index].neededCount += 1
        self.neededBytes += bytes
    }

    /// A record is not live any more. Its frame may still be needed.
    func noteDeath(at lsn: UInt64) {
        guard let index = self.index(of: lsn), self.entries[index].oldestDeath == nil else { return }
        self.entries[index].oldestDeath = self.entries[self.entries.count - 1].firstLSN
    }

    /// The frame of a record that was added is not needed any more.
    func remove(_ record: LiveRecord) {
        guard let index = self.index(of: record.lsn) else { return }
        let bytes = SegmentUsage.frameBytes(record)
        self.entries[index].neededBytes -= bytes
        self.entries[index].neededCount -= 1
        self.neededBytes -= bytes
        self.releasedBytes += bytes
    }

    /// A gone frame was appended to the last segment.
    func noteGone(byteCount: Int) {
        guard !self.entries.isEmpty else { return }
        self.entries[self.entries.count - 1].goneBytes += UInt64(byteCount)
    }

    /// A frame that is neither a record's nor a gone frame lies in the last segment.
    func noteFixed(byteCount: Int) {
        guard let last = self.entries.last, last.isCompacted else { return }
        self.entries[self.entries.count - 1].fixedBytes += UInt64(byteCount)
    }

    /// When the first of those records died whose frames the segments before that index still hold.
    func oldestDeath(before index: Int) -> UInt64 {
        self.entries[..<index].reduce(.max) { min($0, $1.oldestDeath ?? .max) }
    }

    /// Segments were compacted into one, whose account begins as told; its needed bytes are theirs.
    func merge(_ range: Range<Int>, fileBytes: UInt64, goneBytes: UInt64, fixedBytes: UInt64) {
        var merged = Entry(firstLSN: self.entries[range.lowerBound].firstLSN, fileBytes: fileBytes, isCompacted: true)
        merged.goneBytes = goneBytes
        merged.fixedBytes = fixedBytes
        for entry in self.entries[range] {
            merged.neededBytes += entry.neededBytes
            merged.neededCount += entry.neededCount
        }
        self.entries.replaceSubrange(range, with: CollectionOfOne(merged))
    }

    /// Sets when the first death was, at the latest, whose record's frame a compacted segment still holds.
    func noteDeath(inSegmentAt firstLSN: UInt64, since lsn: UInt64) {
        guard let index = self.index(of: firstLSN) else { return }
        self.entries[index].oldestDeath = min(self.entries[index].oldestDeath ?? .max, lsn)
    }

    /// Notes that a compaction of the segment has freed nothing, and would not by itself until much less is needed.
    func noteStubborn(_ index: Int) {
        self.entries[index].neededInVain = self.entries[index].neededBytes
    }

    /// Notes that the segment must be left as it is.
    func noteDamage(_ index: Int) {
        self.entries[index].isDamaged = true
    }

    /// The index of the segment that holds the position.
    ///
    /// - Complexity: O(1) for the last segment, else O(log n).
    func index(of lsn: UInt64) -> Int? {
        var high = self.entries.count
        guard high > 0 else { return nil }
        if self.entries[high - 1].firstLSN <= lsn { return high - 1 }
        var low = 0
        while low < high {
            let middle = (low + high) / 2
            if self.entries[middle].firstLSN <= lsn { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? low - 1 : nil
    }

    private static func frameBytes(_ record: LiveRecord) -> UInt64 {
        UInt64(LogFormat.frameHeaderLength) + UInt64(record.recordLength)
    }
}
