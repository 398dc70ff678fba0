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
    /// How often a sector is asked for before it is taken for unreadable.
    private static let attempts = 3
    /// Whether bytes that the system does not give are taken for zeros.
    var isTolerant = false

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
            throw .otherFormat(
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

    /// How many bytes the group takes that a batch frame which was just read opens, and whether all of it is there;
    /// nil if it opens none.
    mutating func group(openedBy frame: Frame) throws(JournalError) -> (byteCount: UInt64, isWhole: Bool)? {
        var reader = self.reader(of: frame)
        let header = try? (count: reader.readUInt32(), byteCount: reader.readUInt32())
        guard let header, header.count > 0, reader.remaining == 0 else { return nil }
        return (UInt64(header.byteCount), try self.holdsGroup(count: header.count, byteCount: header.byteCount))
    }

    /// Steps over bytes without looking at them.
    mutating func skip(_ byteCount: UInt64) {
        self.offset += min(byteCount, self.end - self.offset)
    }

    /// Steps to the next place behind this one at which a valid frame begins, or to the end if there is none.
    /// Returns whether there is one. A frame's CRC covers where it lies, so that nothing passes for one by chance.
    ///
    /// - Complexity: O(n) in the bytes stepped over, and in those of whatever looks like a frame.
    mutating func resynchronize() throws(JournalError) -> Bool {
        let header = UInt64(LogFormat.frameHeaderLength)
        var start = self.offset + 1
        search: while start < self.end, self.end - start >= header {
            let count = Int(min(UInt64(self.windowLength), self.end - start))
            let range = try self.load(start, count)
            for index in range.lowerBound...(range.upperBound - LogFormat.frameHeaderLength)
            where FrameScanner.mayBegin(self.bytes, at: index) {
                let place = start + UInt64(index - range.lowerBound)
                self.offset = place
                if case .frame = try self.next() {
                    self.offset = place
                    return true
                }
                // The window may be another now.
                start = place + 1
                continue search
            }
            start += UInt64(count) - header + 1
        }
        self.offset = self.end
        return false
    }

    /// Whether a header that a frame could have lies there.
    private static func mayBegin(_ bytes: [UInt8], at index: Int) -> Bool {
        guard bytes[index + 9] == UInt8(LogFormat.partition), bytes[index + 10] == 0,
            FrameKind(rawValue: bytes[index + 8]) != nil
        else { return false }
        return Int(FrameHeader(bytes, at: index).length) <= LogFormat.payloadMaximum
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
            do throws(JournalError) {
                try WholeReads.read(self.file, at: start, count: Int(wanted), into: &self.bytes, files: self.files)
            } catch {
                guard self.isTolerant else { throw error }
                self.bytes = self.readPieces(start, Int(wanted))
            }
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

    /// What can be read of a stretch of the file, by sectors; zeros in the place of the rest.
    private func readPieces(_ start: UInt64, _ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        var piece: [UInt8] = []
        while result.count < count {
            let place = start + UInt64(result.count)
            let length = min(count - result.count, LogFormat.sectorLength - Int(place % UInt64(LogFormat.sectorLength)))
            // What is refused once may be given the next time, and it may be the last copy.
            var found: Int?
            for _ in 0..<FrameScanner.attempts where found == nil {
                found = try? WholeReads.read(self.file, at: place, count: length, into: &piece, files: self.files)
            }
            if found != length { piece = [UInt8](repeating: 0, count: length) }
            result += piece
        }
        return result
    }
}
