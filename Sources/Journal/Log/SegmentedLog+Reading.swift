import ByteCoding
import Platform

extension SegmentedLog {
    /// Makes `bytes` the first `count` bytes of the payload of the frame at `lsn`, from wherever they
    /// are: memory, if they have not been written yet or were lately, else the file.
    mutating func readPayload(
        at lsn: UInt64, count: Int, into bytes: inout [UInt8]
    ) throws(JournalError) {
        let start = lsn + UInt64(LogFormat.frameHeaderLength)
        if lsn >= self.writtenLSN {
            if SegmentedLog.copy(start, count, of: self.pending, to: &bytes) { return }
            if let flush = self.inFlight, SegmentedLog.copy(start, count, of: flush.stretches, to: &bytes) { return }
        }
        if self.recent.copy(start, count: count, to: &bytes) { return }
        let place = try self.place(of: lsn)
        try self.read(place.segment, place.file, at: start - place.segment.firstLSN, count: count, into: &bytes)
        guard bytes.count == count else { throw self.damage(at: lsn, "the file ends within a record") }
    }

    /// Makes `bytes` what the file holds from `lsn` on: up to `count` bytes of one segment, none that
    /// has not been synced.
    mutating func readSynced(from lsn: UInt64, count: Int, into bytes: inout [UInt8]) throws(JournalError) {
        let place = try self.place(of: lsn)
        let end = min(self.syncedLSN, place.end)
        guard lsn < end else {
            bytes.removeAll()
            return
        }
        let clipped = Int(min(UInt64(count), end - lsn))
        try self.read(place.segment, place.file, at: lsn - place.segment.firstLSN, count: clipped, into: &bytes)
    }

    /// Reads from a segment's file, which may have been opened while it was a spare: a refusal names what it
    /// is called now.
    private func read(
        _ segment: Segment, _ file: FileID, at offset: UInt64, count: Int, into bytes: inout [UInt8]
    ) throws(JournalError) {
        do throws(JournalError) {
            try WholeReads.read(file, at: offset, count: count, into: &bytes, files: self.files)
        } catch {
            guard case .unreadable(var cause) = error else { throw error }
            cause.subject = "\(segment.path) at byte \(offset)"
            throw .unreadable(cause)
        }
    }

    /// The file that holds the record known to lie at `lsn`, and where what may be read with it ends.
    private mutating func place(
        of lsn: UInt64
    ) throws(JournalError) -> (segment: Segment, file: FileID, end: UInt64) {
        let index = self.index(holding: lsn)
        let segment = try self.segment(holding: lsn)
        var end = index + 1 < self.segments.count ? self.segments[index + 1].firstLSN : UInt64.max
        if let compaction = segment.compaction { end = segment.firstLSN + UInt64(compaction.usedLength) }
        if let relocation = self.relocation, relocation.segment.number == segment.number {
            self.readsWhileMoving += 1
            if lsn >= relocation.boundary { return try relocation.oldPlace(of: lsn) }
            end = relocation.boundary
        }
        return (segment, try self.handles.file(of: segment, files: self.files), end)
    }

    /// The error for what lies at `lsn`.
    func damage(at lsn: UInt64, _ what: String) -> JournalError {
        let index = self.index(holding: lsn)
        guard self.segments.indices.contains(index) else {
            return .damaged(file: self.directory, offset: lsn, what: what, syncedThrough: self.syncedLSN)
        }
        let segment = self.segments[index]
        return .damaged(
            file: segment.path, offset: lsn - segment.firstLSN, what: what, syncedThrough: self.syncedLSN)
    }

    private func segment(holding lsn: UInt64) throws(JournalError) -> Segment {
        let index = self.index(holding: lsn)
        guard self.segments.indices.contains(index) else { throw self.damage(at: lsn, "no segment holds this") }
        return self.segments[index]
    }

    /// The index of the last segment that begins at or before `lsn`; -1 if there is none.
    private func index(holding lsn: UInt64) -> Int {
        var low = 0
        var high = self.segments.count
        while low < high {
            let middle = (low + high) / 2
            if self.segments[middle].firstLSN <= lsn { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    private static func copy(
        _ start: UInt64, _ count: Int, of stretches: [Stretch], to bytes: inout [UInt8]
    ) -> Bool {
        for stretch in stretches where stretch.startLSN <= start && start + UInt64(count) <= stretch.endLSN {
            let offset = Int(start - stretch.startLSN)
            bytes.removeAll(keepingCapacity: true)
            bytes.append(contentsOf: stretch.writer.bytes[offset..<(offset + count)])
            return true
        }
        return false
    }
}
