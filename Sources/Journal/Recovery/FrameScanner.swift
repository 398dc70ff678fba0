import ByteCoding
import Causality
import Platform

/// Reads one segment frame by frame, through a window of bounded size.
struct FrameScanner {
    /// A frame whose CRC is right.
    struct Frame {
        var kind: FrameKind
        /// Where it begins in the file.
        var offset: UInt64
        var lsn: UInt64
        /// Where its payload lies in ``FrameScanner/bytes``, until the next call.
        var payload: Range<Int>
        var payloadChecksum: UInt32
    }

    enum Step {
        case frame(Frame)
        /// Zeros, or the end of the file, where a frame would begin.
        case end
        /// Something that is no frame.
        case invalid
    }

    let files: any FileSystem
    let file: FileID
    let segment: Segment
    /// Where the used bytes end at the latest.
    let end: UInt64
    /// Where the next frame begins in the file.
    private(set) var offset: UInt64
    /// The window.
    private(set) var bytes: [UInt8] = []
    private var windowStart: UInt64 = 0
    private let windowLength: Int

    init(
        _ segment: Segment, file: FileID, end: UInt64, files: any FileSystem,
        windowLength: Int = LogFormat.scanWindow, offset: UInt64 = 0
    ) {
        self.windowLength = windowLength
        self.files = files
        self.file = file
        self.segment = segment
        self.end = end
        self.offset = max(offset, UInt64(LogFormat.segmentHeaderLength))
    }

    /// Reads the next frame and steps over it, if it is one.
    mutating func next() throws(JournalError) -> Step {
        guard let (header, payload) = try self.header(at: self.offset, before: self.end) else {
            return self.end > self.offset ? try self.isZero(self.offset..<self.end) ? .end : .invalid : .end
        }
        if header.isZero { return .end }
        guard Int(header.length) <= LogFormat.payloadMaximum, UInt64(header.length) <= self.end - payload else {
            return .invalid
        }
        let range = try self.load(payload, Int(header.length))
        let checksum = Checksum.crc32c(0, self.bytes.span.extracting(range))
        let lsn = self.segment.firstLSN + self.offset
        guard header.isValid(payloadChecksum: checksum, peer: self.segment.peer, lsn: lsn) else { return .invalid }
        guard let kind = FrameKind(rawValue: header.kind), header.partition == LogFormat.partition else {
            throw .newerFormat(
                file: self.segment.path, offset: self.offset,
                what: "frame of kind \(header.kind), partition \(header.partition)")
        }
        let frame = Frame(kind: kind, offset: self.offset, lsn: lsn, payload: range, payloadChecksum: checksum)
        self.offset = payload + UInt64(header.length)
        return .frame(frame)
    }

    /// Whether exactly `count` frames in exactly `byteCount` bytes come next, none of them a batch or
    /// a mark. Steps back to where it was.
    mutating func holdsGroup(count: UInt32, byteCount: UInt32) throws(JournalError) -> Bool {
        let start = self.offset
        defer { self.offset = start }
        guard UInt64(byteCount) <= self.end - start else { return false }
        let groupEnd = start + UInt64(byteCount)
        for _ in 0..<count {
            guard self.offset < groupEnd, case .frame(let frame) = try self.next(), frame.kind != .batch,
                frame.kind != .mark
            else { return false }
        }
        return self.offset == groupEnd
    }

    /// Steps back to where a frame began.
    mutating func rewind(to frame: Frame) {
        self.offset = frame.offset
    }

    /// The window's bytes as a reader of a frame's payload.
    func reader(of frame: Frame) -> ByteReader {
        ByteReader(self.bytes, frame.payload)
    }

    /// Whether all bytes of a stretch of the file are zero.
    private mutating func isZero(_ range: Range<UInt64>) throws(JournalError) -> Bool {
        let loaded = try self.load(range.lowerBound, Int(range.upperBound - range.lowerBound))
        return self.bytes[loaded].allSatisfy { $0 == 0 }
    }

    /// The header at `offset` and where its payload begins; nil if there is no room for one.
    private mutating func header(
        at offset: UInt64, before end: UInt64
    ) throws(JournalError) -> (FrameHeader, payload: UInt64)? {
        guard end >= offset, end - offset >= UInt64(LogFormat.frameHeaderLength) else { return nil }
        let range = try self.load(offset, LogFormat.frameHeaderLength)
        return (FrameHeader(self.bytes, at: range.lowerBound), offset + UInt64(LogFormat.frameHeaderLength))
    }

    /// Brings `count` bytes of the file into the window and returns where they lie in it.
    private mutating func load(_ start: UInt64, _ count: Int) throws(JournalError) -> Range<Int> {
        let windowEnd = self.windowStart + UInt64(self.bytes.count)
        if start < self.windowStart || start + UInt64(count) > windowEnd {
            let wanted = min(UInt64(max(count, self.windowLength)), self.end - start)
            try WholeReads.read(self.file, at: start, count: Int(wanted), into: &self.bytes, files: self.files)
            self.windowStart = start
            guard self.bytes.count >= count else {
                throw .damaged(
                    file: self.segment.path, offset: start, what: "the file became shorter while it was read",
                    syncedThrough: nil)
            }
        }
        let lower = Int(start - self.windowStart)
        return lower..<(lower + count)
    }
}
