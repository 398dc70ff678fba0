import Causality
import Platform

/// Reads all segments in a directory, however damaged they are.
///
/// Unlike ``SegmentList`` it refuses nothing but a newer format: what is missing, foreign or unreadable is noted, and
/// the rest is read.
struct LogInspection {
    /// Where the segments are.
    let log: String
    /// Who may have written them, the likeliest first; empty if nobody knows.
    let peers: [PeerID]
    /// Whether others may have too.
    let acceptsOthers: Bool
    let files: any FileSystem
    private(set) var reports: [FileReport] = []
    /// Segments that were read, in order.
    private(set) var segments: [Segment] = []

    /// A file by its name, and what its header says if that can be read.
    private struct Named {
        let number: UInt64
        let path: String
        let header: SegmentHeader?
        let isOriginal: Bool
    }

    init(of log: String, peers: [PeerID], acceptsOthers: Bool, files: any FileSystem) {
        self.log = log
        self.peers = peers
        self.acceptsOthers = acceptsOthers || peers.isEmpty
        self.files = files
    }

    /// Visits the intact frames of all segments, in order.
    mutating func run(
        _ visit: (Segment, FrameScanner.Frame, FrameScanner) throws(JournalError) -> Bool
    ) throws(JournalError) {
        let named = try self.list()
        var end: UInt64? = 0
        for (place, name) in named.enumerated() {
            let last = self.segments.last
            if let last, name.number <= last.lastNumber { continue }
            let next = place == 0 ? 1 : max(named[place - 1].number, last?.lastNumber ?? 0) + 1
            if name.number > next {
                for number in next..<min(name.number, next + 16) {
                    self.note(FileNames.segment(number, in: self.log), 0, "this segment is missing")
                }
                end = nil
            }
            guard let segment = try self.segment(name, named, place, end) else {
                end = nil
                continue
            }
            let following = place + 1 < named.count ? named[place + 1] : nil
            var inspection = SegmentInspection(
                segment, knownEnd: self.knownEnd(segment, following), isLast: following == nil, files: self.files)
            try inspection.run { frame, scanner throws(JournalError) in try visit(segment, frame, scanner) }
            self.segments.append(segment)
            if name.header == nil {
                inspection.note(
                    DamagedStretch(
                        offset: 0, byteCount: UInt64(LogFormat.segmentHeaderLength),
                        what: "the segment's header is unreadable"))
            }
            self.reports.append(inspection.report)
            end = segment.compaction?.endLSN ?? segment.firstLSN + inspection.end
        }
        if let last = self.segments.last, last.compaction != nil, last.path == self.reports.last?.path {
            self.note(FileNames.segment(last.lastNumber + 1, in: self.log), 0, "this segment is missing")
        }
    }

    private func list() throws(JournalError) -> [Named] {
        let names = try JournalError.unlessRefused { () throws(SystemCallError) in try self.files.list(self.log) }
        var result: [Named] = []
        for number in names.compactMap({ FileNames.segmentNumber($0) }).sorted() {
            let path = FileNames.segment(number, in: self.log)
            do throws(JournalError) {
                let (header, isOriginal) = try self.header(of: path)
                result.append(Named(number: number, path: path, header: header, isOriginal: isOriginal))
            } catch {
                switch error {
                case .damaged, .unreadable:
                    result.append(Named(number: number, path: path, header: nil, isOriginal: true))
                default: throw error
                }
            }
        }
        return result
    }

    /// What is refused once may be given the next time.
    private func header(of path: String) throws(JournalError) -> (header: SegmentHeader, isOriginal: Bool) {
        do throws(JournalError) {
            return try SegmentList.header(of: path, files: self.files)
        } catch {
            guard case .unreadable = error else { throw error }
            return try SegmentList.header(of: path, files: self.files)
        }
    }

    /// The segment of that name; nil if its frames are nobody's, or nothing tells where in the log they lie.
    private mutating func segment(
        _ name: Named, _ named: [Named], _ place: Int, _ end: UInt64?
    ) throws(JournalError) -> Segment? {
        if let header = name.header {
            guard self.acceptsOthers || self.peers.contains(header.peer) else {
                self.note(name.path, 0, "written by peer \(header.peer), which never owned this directory")
                return nil
            }
            guard header.firstLSN > self.segments.last?.firstLSN ?? 0 || self.segments.isEmpty else {
                self.note(name.path, 0, "the segment does not continue the one before")
                return nil
            }
            return Segment(
                number: name.number, peer: header.peer, firstLSN: header.firstLSN, path: name.path,
                isOriginal: name.isOriginal, compaction: header.compaction)
        }
        let following = place + 1 < named.count ? named[place + 1].header : nil
        var writers: [PeerID] = []
        for writer in [self.segments.last?.peer, following?.peer].compactMap({ $0 }) + self.peers.prefix(3)
        where !writers.contains(writer) { writers.append(writer) }
        if let end {
            for writer in writers {
                let segment = Segment(number: name.number, peer: writer, firstLSN: end, path: name.path)
                if try self.holdsFrames(segment) { return segment }
            }
        }
        self.note(name.path, 0, "the segment's header is unreadable, and nothing else tells what it was")
        return nil
    }

    private func holdsFrames(_ segment: Segment) throws(JournalError) -> Bool {
        let file = try JournalError.unlessRefused { () throws(SystemCallError) in
            try self.files.open(segment.path, .read)
        }
        defer { self.files.close(file) }
        let size = try JournalError.unlessRefused { () throws(SystemCallError) in try self.files.size(of: file) }
        var scanner = FrameScanner(segment, file: file, end: size, files: self.files)
        scanner.isTolerant = true
        if case .frame = try scanner.next() { return true }
        return try scanner.resynchronize()
    }

    private func knownEnd(_ segment: Segment, _ following: Named?) -> UInt64? {
        if let compaction = segment.compaction { return UInt64(compaction.usedLength) }
        guard let header = following?.header, following?.number == segment.number + 1,
            header.firstLSN > segment.firstLSN
        else { return nil }
        return header.firstLSN - segment.firstLSN
    }

    private mutating func note(_ path: String, _ offset: UInt64, _ what: String) {
        var report = FileReport(path)
        report.note(DamagedStretch(offset: offset, byteCount: 0, what: what))
        self.reports.append(report)
    }
}
