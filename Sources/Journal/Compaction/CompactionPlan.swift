/// The choice of which segments to compact next: adjacent ones, into one.
struct CompactionPlan {
    /// Segments rewritten at once.
    private static let countMaximum = 32

    private let entries: [SegmentUsage.Entry]
    private let segmentLength: UInt64
    /// Per segment whether its gone frames must be kept.
    private var needsGone: [Bool] = []
    /// Segments that are complete and not to be left alone: all but the last, mostly.
    private let count: Int

    /// - Parameter keptLSN: The segment that holds this, and those behind it, are to be left alone.
    /// - Complexity: O(n) in the segments.
    init(_ usage: SegmentUsage, segmentLength: UInt64, keptLSN: UInt64? = nil) {
        self.entries = usage.entries
        self.segmentLength = segmentLength
        let kept = keptLSN.flatMap(usage.index(of:)) ?? .max
        self.count = min(kept, max(0, usage.entries.count - 1))
        var oldestDeath = UInt64.max
        for index in 0..<self.count {
            self.needsGone.append(oldestDeath < self.entries[index + 1].firstLSN)
            oldestDeath = min(oldestDeath, self.entries[index].oldestDeath ?? .max)
        }
    }

    /// Segments of which more than half is garbage, with neighbors that are worth taking along; nil if there are
    /// none. Among several the one with most to free.
    func choose() -> Range<Int>? {
        var best: (range: Range<Int>, freed: UInt64)?
        for index in 0..<self.count where self.garbage(index) * 2 > self.entries[index].fileBytes {
            let freed = self.garbage(index)
            if let best, best.freed >= freed { continue }
            best = (index..<(index + 1), freed)
        }
        if let best { return self.extended(best.range) }
        return self.chooseSmall()
    }

    /// The first segments from `lsn` on that a pass over all segments has anything to do with; nil if there are
    /// none before `end`.
    func next(from lsn: UInt64, to end: UInt64) -> Range<Int>? {
        for index in 0..<self.count where self.entries[index].firstLSN >= lsn && self.entries[index].firstLSN < end {
            let entry = self.entries[index]
            if entry.isStubborn { continue }
            if entry.oldestDeath != nil || self.garbage(index) > 0 { return self.extended(index..<(index + 1)) }
        }
        return nil
    }

    /// Bytes of complete segments that hold nothing needed, what gone frames hold among them.
    var overhead: UInt64 {
        self.entries.prefix(self.count).reduce(0) { $0 + $1.fileBytes - min($1.fileBytes, $1.neededBytes) }
    }

    /// Bytes that the segment's records would take up in a compacted one.
    private func kept(_ index: Int) -> UInt64 {
        let entry = self.entries[index]
        return entry.neededBytes + entry.fixedBytes + (self.needsGone[index] ? entry.goneBytes : 0)
    }

    private func garbage(_ index: Int) -> UInt64 {
        self.entries[index].isStubborn ? 0 : self.slack(index)
    }

    /// Bytes of the file that are not kept.
    private func slack(_ index: Int) -> UInt64 {
        let kept = self.kept(index)
        return self.entries[index].fileBytes > kept ? self.entries[index].fileBytes - kept : 0
    }

    /// Takes in neighbors while all fit into one segment: those that are small or have much to free.
    private func extended(_ range: Range<Int>) -> Range<Int> {
        var range = range
        var kept = self.kept(range.lowerBound)
        while range.upperBound < self.count, range.count < CompactionPlan.countMaximum,
            self.isWorthTaking(range.upperBound, besides: kept)
        {
            kept += self.kept(range.upperBound)
            range = range.lowerBound..<(range.upperBound + 1)
        }
        while range.lowerBound > 0, range.count < CompactionPlan.countMaximum,
            self.isWorthTaking(range.lowerBound - 1, besides: kept)
        {
            kept += self.kept(range.lowerBound - 1)
            range = (range.lowerBound - 1)..<range.upperBound
        }
        return range
    }

    private func isWorthTaking(_ index: Int, besides kept: UInt64) -> Bool {
        let own = self.kept(index)
        guard kept + own <= self.segmentLength, !self.entries[index].isDamaged else { return false }
        return own <= max(kept, self.segmentLength / 64) || self.slack(index) * 4 > own
    }

    /// Two neighbors of like size that together are less than half a segment, so that small ones do not become many.
    private func chooseSmall() -> Range<Int>? {
        guard self.count >= 2 else { return nil }
        for index in 1..<self.count {
            let (first, second) = (self.entries[index - 1].fileBytes, self.entries[index].fileBytes)
            guard !self.entries[index - 1].isStubborn, !self.entries[index].isStubborn,
                first + second <= self.segmentLength / 2, max(first, second) <= 4 * max(min(first, second), 1024)
            else { continue }
            return self.extended((index - 1)..<(index + 1))
        }
        return nil
    }
}
