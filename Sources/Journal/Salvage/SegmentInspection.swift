import ByteCoding
import Causality
import Platform

/// Reads one segment from its header to its end, however damaged it is, and tells what of it is intact.
struct SegmentInspection {
    /// Gets each intact frame, and says whether it makes sense.
    typealias Visitor = (FrameScanner.Frame, FrameScanner) throws(JournalError) -> Bool

    let segment: Segment
    /// Where the used bytes end in the file, if anything but the frames tells.
    let knownEnd: UInt64?
    /// Whether no segment follows: then what lies behind the good frames may have been in flight.
    let isLast: Bool
    let files: any FileSystem
    private(set) var report: FileReport
    /// Where the last intact frame ends in the file.
    private(set) var end = UInt64(LogFormat.segmentHeaderLength)
    /// How far marks behind the first damage prove the log to have been synced; nil as long as nobody has looked.
    private var provenLSN: UInt64?

    init(_ segment: Segment, knownEnd: UInt64?, isLast: Bool, files: any FileSystem) {
        self.segment = segment
        self.knownEnd = knownEnd
        self.isLast = isLast
        self.files = files
        self.report = FileReport(segment.path)
        self.report.peer = segment.peer
    }

    mutating func note(_ stretch: DamagedStretch) { self.report.note(stretch) }

    /// Visits the intact frames in order.
    mutating func run(_ visit: Visitor) throws(JournalError) {
        let file = try JournalError.unlessRefused { () throws(SystemCallError) in
            try self.files.open(self.segment.path, .read)
        }
        defer { self.files.close(file) }
        let size = try JournalError.unlessRefused { () throws(SystemCallError) in try self.files.size(of: file) }
        self.report.bytes = size
        let end = min(self.knownEnd ?? size, size)
        var scanner = FrameScanner(self.segment, file: file, end: end, files: self.files)
        scanner.isTolerant = true
        while scanner.offset < end {
            let start = scanner.offset
            switch try scanner.next() {
            case .frame(let frame):
                try self.take(frame, &scanner, visit)
                if scanner.offset > self.end { self.end = scanner.offset }
            case .invalid, .end:
                guard try self.stepOver(from: start, &scanner, file, size) else { return }
            }
        }
        if let known = self.knownEnd, known > size {
            self.report.note(
                DamagedStretch(offset: size, byteCount: known - size, what: "the file is shorter than it was"))
        }
    }

    private mutating func take(
        _ frame: FrameScanner.Frame, _ scanner: inout FrameScanner, _ visit: Visitor
    ) throws(JournalError) {
        if frame.kind == .batch {
            if let group = try scanner.group(openedBy: frame), group.isWhole {
                self.report.frames += 1
                return
            }
            self.report.frames += 1
            try self.enterBrokenGroup(frame, &scanner)
            return
        }
        self.report.frames += 1
        if frame.kind == .record { self.report.records += 1 }
        guard try !visit(frame, scanner) else { return }
        self.report.note(
            DamagedStretch(
                offset: frame.offset, byteCount: scanner.offset - frame.offset,
                what: "a \(frame.kind) frame makes no sense"
            ))
    }

    /// A group of which not all is there counts for nothing if it was being written. If it had been, what is intact of
    /// it is kept, frame by frame: it may be the last copy.
    private mutating func enterBrokenGroup(
        _ frame: FrameScanner.Frame, _ scanner: inout FrameScanner
    ) throws(JournalError) {
        if self.isLast, self.provenLSN == nil { try self.prove(from: frame.offset, scanner.file, scanner.end) }
        if self.isLast, self.provenLSN ?? 0 <= frame.lsn {
            self.report.tornBytes = scanner.end - frame.offset
            scanner.skip(.max)
        }
    }

    /// Steps over what is no frame. Returns whether to go on.
    private mutating func stepOver(
        from start: UInt64, _ scanner: inout FrameScanner, _ file: FileID, _ size: UInt64
    ) throws(JournalError) -> Bool {
        if self.isLast {
            if self.provenLSN == nil { try self.prove(from: start, file, size) }
            guard let proven = self.provenLSN, proven > self.segment.firstLSN + start else { return false }
        }
        let isFound = try scanner.resynchronize()
        // Nothing but zeros at the end of a segment whose length nobody tells.
        if !isFound, self.knownEnd == nil, !self.isLast { return false }
        self.report.note(
            DamagedStretch(offset: start, byteCount: scanner.offset - start, what: "no valid frame"))
        return isFound
    }

    /// Looks for what proves that more was synced than can be read up to `offset`.
    private mutating func prove(from offset: UInt64, _ file: FileID, _ size: UInt64) throws(JournalError) {
        do throws(JournalError) {
            let end = try LogEnd(of: self.segment, file: file, from: offset, size: size, files: self.files)
            let proven = end.syncedThrough ?? 0
            self.provenLSN = proven
            if proven <= self.segment.firstLSN + offset { self.report.tornBytes = end.tornBytes }
        } catch {
            // What the disk does not give was written once, whatever it was.
            self.provenLSN = .max
        }
    }
}
