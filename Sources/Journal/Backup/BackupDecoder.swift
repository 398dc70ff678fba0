import ByteCoding
import Causality
import DataModel

/// Reads a backup from its bytes as they come, checking everything that can be checked without a journal.
///
/// Memory is bounded by the longest frame, what was given at once, and the contexts.
package struct BackupDecoder: Sendable {
    /// What has been read so far.
    package private(set) var summary = BackupSummary()

    private var buffer: [UInt8] = []
    /// Bytes of `buffer` that have been taken.
    private var taken = 0
    private var frames: UInt64 = 0
    private var chain: UInt32 = 0
    /// The kind of the last frame; nil before the first.
    private var last: BackupFrameKind?
    private var contextOffset: UInt64 = 0
    private var ranges = 0

    package init() {}

    /// Takes the next bytes.
    package mutating func append(_ bytes: [UInt8]) {
        if self.taken > 0 {
            self.buffer.removeFirst(self.taken)
            self.taken = 0
        }
        self.buffer.append(contentsOf: bytes)
    }

    /// Reads all frames that are there, for what they say of the whole.
    package mutating func check() throws(BackupError) {
        while try self.next() != nil {}
    }

    /// Says that there are no more bytes.
    ///
    /// - Throws: when the backup is not complete.
    package func finish() throws(BackupError) {
        guard self.summary.isComplete else { throw .incomplete(offset: self.offset + UInt64(self.unread)) }
    }

    /// Returns the next frame; nil if it is not there in whole.
    mutating func next() throws(BackupError) -> BackupPiece? {
        if self.frames == 0, self.summary.bytes == 0 {
            guard try self.readHeader() else { return nil }
        }
        return try self.nextFrame()
    }

    private mutating func nextFrame() throws(BackupError) -> BackupPiece? {
        guard !self.summary.isComplete else {
            guard self.unread == 0 else { throw self.damage("there are bytes after the end") }
            return nil
        }
        guard self.unread >= BackupFormat.frameHeaderLength else { return nil }
        var head = ByteReader(self.buffer, self.taken..<self.buffer.count)
        let piece: BackupPiece
        do throws(DecodingError) {
            let length = Int(try head.readUInt32())
            let checksum = try head.readUInt32()
            let kind = try head.readUInt8()
            guard length <= BackupFormat.payloadMaximum, let kind = BackupFrameKind(rawValue: kind) else {
                throw .malformed
            }
            guard head.remaining >= length else { return nil }
            let payload = try head.readRange(length)
            let found = BackupEncoder.checksum(
                of: self.buffer.span.extracting(payload), kind: kind.rawValue, offset: self.offset, id: self.summary.id)
            guard found == checksum else { throw .malformed }
            try self.checkOrder(kind)
            piece = try self.read(kind, ByteReader(self.buffer, payload))
            self.frames += 1
            self.chain = BackupEncoder.chained(self.chain, checksum)
            self.last = kind
            self.take(BackupFormat.frameHeaderLength + length)
        } catch {
            throw self.damage("a frame is not what was written")
        }
        return piece
    }

    /// Reads the frames from the first context on, given where in the file they lie, after the header has been read.
    mutating func readContexts(_ bytes: [UInt8], at offset: UInt64) throws(BackupError) -> CausalContext {
        guard self.summary.bytes == UInt64(BackupFormat.headerLength) else { throw .incomplete(offset: offset) }
        self.summary.bytes = offset
        self.last = .records
        self.buffer = bytes
        self.taken = 0
        while let piece = try self.nextFrame() {
            if case .floor = piece { return self.summary.context }
        }
        throw .incomplete(offset: offset + UInt64(bytes.count))
    }

    /// Where in the file the bytes are that were not read yet.
    private var offset: UInt64 { self.summary.bytes }
    private var unread: Int { self.buffer.count - self.taken }

    private mutating func take(_ count: Int) {
        self.taken += count
        self.summary.bytes += UInt64(count)
    }

    private func damage(_ what: String) -> BackupError {
        .damaged(offset: self.offset, what: what)
    }

    private mutating func readHeader() throws(BackupError) -> Bool {
        let seen = self.buffer[self.taken...].prefix(BackupFormat.magic.count)
        guard seen.elementsEqual(BackupFormat.magic.prefix(seen.count)) else { throw .notABackup }
        guard self.unread >= BackupFormat.headerLength else { return false }
        var reader = ByteReader(self.buffer, (self.taken + BackupFormat.magic.count)..<self.buffer.count)
        guard let version = try? reader.readUInt32(), let checksum = try? reader.readUInt32(),
            let id = try? reader.readUInt64(), checksum == BackupEncoder.headerChecksum(version: version, id: id)
        else { throw self.damage("the header is not what was written") }
        guard version == BackupFormat.version else { throw .otherFormat(version: version) }
        self.summary.id = id
        self.take(BackupFormat.headerLength)
        return true
    }

    private func checkOrder(_ kind: BackupFrameKind) throws(DecodingError) {
        let isNext =
            switch kind {
            case .opening: self.last == nil
            case .since: self.last == .opening || self.last == .since
            case .records: self.last == .opening || self.last == .since || self.last == .records || self.last == .kept
            case .kept: self.last == .since || self.last == .records || self.last == .kept
            case .context: self.last != nil && self.last != .floor
            case .floor: self.last != nil && self.last != .floor
            case .end: self.last == .floor
            }
        guard isNext else { throw .malformed }
    }

    private mutating func read(_ kind: BackupFrameKind, _ reader: ByteReader) throws(DecodingError) -> BackupPiece {
        var reader = reader
        let piece: BackupPiece
        switch kind {
        case .opening:
            let title = BackupTitle(
                created: try reader.readUInt64(), peer: PeerID(rawValue: try reader.readUInt64()),
                node: try reader.readString(maximum: BackupFormat.nameMaximum),
                cluster: try reader.readString(maximum: BackupFormat.nameMaximum))
            self.summary.title = title
            piece = .opening(title)
        case .since:
            let context = try self.readContext(&reader)
            self.summary.since.formUnion(context)
            piece = .since(context)
        case .records:
            let ranges = try Self.readRecords(&reader)
            self.summary.recordCount += UInt64(ranges.count)
            return .records(self.buffer, ranges)
        case .kept:
            let context = try reader.readContext()
            for entry in context.entries {
                guard self.summary.since[entry.peer].isSuperset(of: entry.sequences) else { throw .malformed }
                // Ranges are within bounds of 64 bits, but what they sum up to need not be.
                for range in entry.sequences.ranges {
                    self.summary.keptCount &+= range.upperBound - range.lowerBound + 1
                }
            }
            piece = .kept(context)
        case .context:
            if self.last != .context { self.contextOffset = self.offset }
            let context = try self.readContext(&reader)
            self.summary.context.formUnion(context)
            piece = .context(context)
        case .floor:
            if self.last != .context { self.contextOffset = self.offset }
            self.summary.floor = try reader.readVector()
            guard self.summary.context.isSuperset(of: self.summary.since) else { throw .malformed }
            piece = .floor(self.summary.floor)
        case .end:
            guard try reader.readUInt64() == self.summary.recordCount,
                try reader.readUInt64() == self.summary.keptCount,
                try reader.readUInt64() == self.frames, try reader.readUInt64() == self.contextOffset,
                try reader.readUInt32() == self.chain
            else { throw .malformed }
            self.summary.isComplete = true
            piece = .end
        }
        try reader.finish()
        return piece
    }

    private mutating func readContext(_ reader: inout ByteReader) throws(DecodingError) -> CausalContext {
        let context = try reader.readContext()
        self.ranges += context.rangeCount
        guard self.ranges <= BackupFormat.rangeMaximum else { throw .tooLarge }
        return context
    }

    private static func readRecords(_ reader: inout ByteReader) throws(DecodingError) -> [Range<Int>] {
        let count = try reader.readCount(maximum: reader.remaining)
        guard count > 0 else { throw .malformed }
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(count)
        for _ in 0..<count {
            let range = try reader.readRange(try reader.readCount(maximum: DataLimits.recordLength))
            var record = ByteReader(reader.bytes, range)
            _ = try record.readRecordLayout()
            ranges.append(range)
        }
        try reader.finish()
        return ranges
    }
}
