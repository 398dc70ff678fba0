import Causality
import Platform

/// Finding the segments of a log.
enum SegmentList {
    /// Lists the segments in order, having read each header. Nothing is changed.
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
            guard number == UInt64(segments.count) + 1 else {
                throw .missingSegment(file: FileNames.segment(UInt64(segments.count) + 1, in: log))
            }
            let path = FileNames.segment(number, in: log)
            let (header, isOriginal) = try SegmentList.header(of: path, files: files)
            guard peers.contains(header.peer) else { throw .foreignSegment(file: path, peer: header.peer) }
            let least = segments.last.map { $0.firstLSN + UInt64(LogFormat.segmentHeaderLength) } ?? 0
            guard header.firstLSN >= least, header.firstLSN <= UInt64.max / 2,
                !segments.isEmpty || header.firstLSN == 0
            else {
                throw .damaged(
                    file: path, offset: 0, what: "the segment does not continue the one before", syncedThrough: nil)
            }
            segments.append(
                Segment(
                    number: number, peer: header.peer, firstLSN: header.firstLSN, path: path, isOriginal: isOriginal))
        }
        return segments
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
    private static func header(
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
            case .newer(let version):
                throw .newerFormat(file: path, offset: 8, what: "segment of format \(version)")
            }
        }
    }
}
