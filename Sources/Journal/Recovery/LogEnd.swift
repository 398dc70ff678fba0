import ByteCoding
import Platform

/// What lies in the last segment behind the last good frame.
///
/// After a crash it may be anything that was being written: parts of frames, even whole frames behind
/// a gap, since sectors reach the disk in any order. It must become zero again, or such a frame could
/// come to stand, valid, behind new ones. But if a mark in it says that the log was synced beyond this
/// place, it is no torn tail: it is damage to data that was acknowledged.
struct LogEnd {
    /// Where the good frames end in the file.
    let offset: UInt64
    /// One more than the place of the last byte that is not zero; ``offset`` if all are.
    private(set) var used: UInt64
    /// The highest LSN that a mark behind ``offset`` says was synced.
    private(set) var syncedThrough: UInt64?

    /// Bytes that must become zero.
    var tornBytes: UInt64 {
        self.used - self.offset
    }

    /// Looks through the rest of the file.
    init(
        of segment: Segment, file: FileID, from offset: UInt64, size: UInt64, files: any FileSystem
    ) throws(JournalError) {
        self.offset = offset
        self.used = offset
        var window: [UInt8] = []
        var start = offset
        while start < size {
            // Windows overlap, so that a mark lies whole in one of them.
            let count = Int(min(UInt64(LogFormat.scanWindow), size - start))
            try WholeReads.read(file, at: start, count: count, into: &window, files: files)
            guard !window.isEmpty else { break }
            if let last = LogEnd.lastNonZero(window.span) {
                self.used = start + UInt64(last) + 1
                self.findMarks(in: window, upTo: last, at: start, of: segment)
            }
            if window.count < LogFormat.markLength { break }
            let step = UInt64(window.count - LogFormat.markLength + 1)
            if start + UInt64(window.count) >= size { break }
            start += step
        }
    }

    /// Zeroes what is torn, and syncs.
    func cut(_ file: FileID, files: any FileSystem) throws(JournalError) {
        guard self.tornBytes > 0 else { return }
        let zeros = [UInt8](repeating: 0, count: Int(min(self.tornBytes, UInt64(LogFormat.scanWindow))))
        try JournalError.unlessRefused { () throws(SystemCallError) in
            var start = self.offset
            while start < self.used {
                let count = Int(min(UInt64(zeros.count), self.used - start))
                try files.write(zeros.span.extracting(0..<count), to: file, at: start)
                start += UInt64(count)
            }
            try files.sync(file)
        }
    }

    private mutating func findMarks(in window: [UInt8], upTo last: Int, at start: UInt64, of segment: Segment) {
        guard window.count >= LogFormat.markLength else { return }
        let payloadLength = UInt32(LogFormat.markLength - LogFormat.frameHeaderLength)
        for index in 0...min(last, window.count - LogFormat.markLength) where window[index] == UInt8(payloadLength) {
            let header = FrameHeader(window, at: index)
            guard header.kind == FrameKind.mark.rawValue, header.length == payloadLength else { continue }
            let payload = (index + LogFormat.frameHeaderLength)..<(index + LogFormat.markLength)
            let lsn = segment.firstLSN + start + UInt64(index)
            let checksum = Checksum.crc32c(0, window.span.extracting(payload))
            guard header.isValid(payloadChecksum: checksum, peer: segment.peer, lsn: lsn) else { continue }
            var synced: UInt64 = 0
            for place in payload.reversed() { synced = synced << 8 | UInt64(window[place]) }
            self.syncedThrough = max(self.syncedThrough ?? 0, synced)
        }
    }

    /// The index of the last byte that is not zero. Most of what it looks at is zero.
    private static func lastNonZero(_ bytes: Span<UInt8>) -> Int? {
        unsafe bytes.withUnsafeBytes { buffer -> Int? in
            var end = buffer.count
            while end >= 8, unsafe buffer.loadUnaligned(fromByteOffset: end - 8, as: UInt64.self) == 0 { end -= 8 }
            while end > 0 {
                if unsafe buffer[end - 1] != 0 { return end - 1 }
                end -= 1
            }
            return nil
        }
    }
}
