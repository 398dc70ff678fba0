import Causality
import Platform

/// Finding the segments of a log.
enum SegmentList {
    /// Lists the segments in order, having read each header. Nothing is changed.
    ///
    /// A compaction that was interrupted may have left segments that an earlier one stands for: they are
    /// not looked at; see ``removeReplaced(by:in:files:)``.
    ///
    /// - Throws: when a segment is missing, belongs to none of `peers`, does not continue the one
    ///   before, or has no header that can be read.
    static func read(
        in log: String, peers: Set<PeerID>, files: any FileSystem
    ) throws(JournalError) -> [Segment] {
        let names = try JournalError.unlessRefused { () throws(SystemCallError) in try files.list(log) }
        let numbers = names.compactMap { FileNames.segmentNumber($0) }.sorted()
        var segments: [Segment] = []
        for number in numbers {
            let next = (segments.last?.lastNumber ?? 0) + 1
            if number < next { continue }
            guard number == next else { throw .missingSegment(file: FileNames.segment(next, in: log)) }
            let path = FileNames.segment(number, in: log)
            let (header, isOriginal) = try SegmentList.header(of: path, files: files)
            guard peers.contains(header.peer) else { throw .foreignSegment(file: path, peer: header.peer) }
            guard SegmentList.continues(header, after: segments.last) else {
                throw .damaged(
                    file: path, offset: 0, what: "the segment does not continue the one before", syncedThrough: nil)
            }
            segments.append(
                Segment(
                    number: number, peer: header.peer, firstLSN: header.firstLSN, path: path, isOriginal: isOriginal,
                    compaction: header.compaction))
        }
        if let last = segments.last, last.compaction != nil {
            // What is compacted had a successor.
            throw .missingSegment(file: FileNames.segment(last.lastNumber + 1, in: log))
        }
        return segments
    }

    private static func continues(_ header: SegmentHeader, after last: Segment?) -> Bool {
        guard header.firstLSN <= UInt64.max / 2 else { return false }
        guard let last else { return header.firstLSN == 0 }
        if let compaction = last.compaction { return header.firstLSN == compaction.endLSN }
        return header.firstLSN >= last.firstLSN + UInt64(LogFormat.segmentHeaderLength)
    }

    /// Removes the segments that others stand for, which an interrupted compaction has left.
    static func removeReplaced(
        by segments: [Segment], in log: String, files: any FileSystem
    ) throws(JournalError) {
        let kept = Set(segments.map(\.number))
        try JournalError.unlessRefused { () throws(SystemCallError) in
            for name in try files.list(log) {
                guard let number = FileNames.segmentNumber(name), !kept.contains(number),
                    number <= segments.last?.number ?? 0
                else { continue }
                try files.remove(log + "/" + name)
            }
        }
    }

    /// Removes prepared files that never became segments, and tells what they were.
    ///
    /// - Parameter length: the bytes of one that is prepared whole, at the least.
    static func removeSpares(
        in log: String, length: Int, files: any FileSystem
    ) throws(JournalError) -> SpareRemoval {
        var found = SpareRemoval()
        let names = try JournalError.unlessRefused { () throws(SystemCallError) in try files.list(log) }
        for name in names where FileNames.isSpare(name) {
            let path = log + "/" + name
            let file = try JournalError.unlessRefused { () throws(SystemCallError) in try files.open(path, .read) }
            defer { files.close(file) }
            var bytes: [UInt8] = []
            // What cannot be read is removed all the same.
            _ = try? WholeReads.read(file, at: 0, count: LogFormat.magic.count, into: &bytes, files: files)
            let size = try JournalError.unlessRefused { () throws(SystemCallError) in try files.size(of: file) }
            found.removed += 1
            if size < UInt64(length) { found.unfinished += 1 }
            if bytes == LogFormat.magic { found.unnamed += 1 }
            try JournalError.unlessRefused { () throws(SystemCallError) in try files.remove(path) }
        }
        return found
    }

    /// Reads a segment's header, and tells whether it was written for this very file.
    static func header(
        of path: String, files: any FileSystem
    ) throws(JournalError) -> (header: SegmentHeader, isOriginal: Bool) {
        let file = try JournalError.unlessRefused { () throws(SystemCallError) in try files.open(path, .read) }
        defer { files.close(file) }
        var bytes: [UInt8] = []
        try WholeReads.read(file, at: 0, count: LogFormat.segmentHeaderLength, into: &bytes, files: files)
        let birth = try JournalError.unlessRefused { () throws(SystemCallError) in try files.birthStamp(of: file) }
        do throws(SegmentHeader.Refusal) {
            let header = try SegmentHeader(bytes)
            return (header, header.birth == birth)
        } catch {
            switch error {
            case .damaged:
                throw .damaged(file: path, offset: 0, what: "the segment's header is unreadable", syncedThrough: nil)
            case .other(let version):
                throw .otherFormat(file: path, offset: 8, what: "segment of format \(version)")
            }
        }
    }
}
