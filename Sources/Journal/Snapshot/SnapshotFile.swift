import ByteCoding
import Causality
import DataModel
import Platform

/// An index snapshot on the disk, open and with its header and footer read.
struct SnapshotFile {
    let file: FileID
    let number: UInt64
    let header: SnapshotHeader
    let footer: SnapshotFooter

    /// Why a snapshot cannot be used. None of the reasons harms anything: the log is read instead.
    enum Refusal: Error {
        /// Its bytes are not those of a snapshot of this log.
        case unusable
    }

    /// Opens the snapshot of that number in the directory `index`.
    init(_ number: UInt64, in index: String, peer: PeerID, files: any FileSystem) throws(Refusal) {
        self.number = number
        do {
            let file = try files.open(FileNames.snapshot(number, in: index), .read)
            do {
                var bytes: [UInt8] = []
                try WholeReads.read(file, at: 0, count: SnapshotFormat.headerLength, into: &bytes, files: files)
                let header = try SnapshotHeader(bytes)
                let count = Int(header.footerLength)
                let size = try files.size(of: file)
                guard header.peer == peer, header.footerOffset + UInt64(count) <= size else { throw Refusal.unusable }
                try WholeReads.read(file, at: header.footerOffset, count: count, into: &bytes, files: files)
                guard bytes.count == count, Checksum.crc32c(0, bytes.span) == header.footerChecksum else {
                    throw Refusal.unusable
                }
                var reader = ByteReader(bytes)
                self.footer = try SnapshotFooter(&reader)
                self.header = header
                self.file = file
            } catch {
                files.close(file)
                throw error
            }
        } catch {
            throw .unusable
        }
    }

    /// Reads all entries and hands each record to `body`, in the order of the keys.
    func forEachEntry(
        files: any FileSystem, _ body: (Span<UInt8>, [SnapshotRecord]) throws(Refusal) -> Void
    ) throws(Refusal) {
        var offset = UInt64(SnapshotFormat.headerLength)
        var bytes: [UInt8] = []
        var records: [SnapshotRecord] = []
        var keyCount: UInt64 = 0
        while offset < self.header.footerOffset {
            let chunk = try self.chunk(at: offset, into: &bytes, files: files)
            var reader = ByteReader(bytes)
            do throws(DecodingError) {
                while reader.remaining > 0 {
                    let keyLength = try reader.readCount(maximum: DataLimits.keyLength)
                    let count = try reader.readCount(maximum: DataLimits.siblings * 16)
                    let key = try reader.readRange(keyLength)
                    guard count > 0 else { throw .malformed }
                    records.removeAll(keepingCapacity: true)
                    for _ in 0..<count { records.append(try reader.readSnapshotRecord(self.footer.peers)) }
                    keyCount += 1
                    do throws(Refusal) {
                        try body(reader.bytes.span.extracting(key), records)
                    } catch {
                        throw .malformed
                    }
                }
            } catch {
                throw .unusable
            }
            offset += chunk
        }
        guard offset == self.header.footerOffset, keyCount == self.header.keyCount else { throw .unusable }
    }

    /// Makes `bytes` the payload of the chunk at `offset`, and returns the length of the whole.
    private func chunk(
        at offset: UInt64, into bytes: inout [UInt8], files: any FileSystem
    ) throws(Refusal) -> UInt64 {
        do {
            var head: [UInt8] = []
            try WholeReads.read(
                self.file, at: offset, count: SnapshotFormat.chunkHeaderLength, into: &head, files: files)
            var reader = ByteReader(head)
            let count = UInt64(try reader.readUInt32())
            let checksum = try reader.readUInt32()
            let start = offset + UInt64(SnapshotFormat.chunkHeaderLength)
            guard count > 0, count <= UInt64(SnapshotFormat.chunkMaximum), start + count <= self.header.footerOffset
            else {
                throw Refusal.unusable
            }
            try WholeReads.read(self.file, at: start, count: Int(count), into: &bytes, files: files)
            guard bytes.count == Int(count),
                checksum
                    == SnapshotFormat.checksum(
                        of: bytes.span, at: offset, peer: self.header.peer, startLSN: self.header.startLSN,
                        number: self.number)
            else { throw Refusal.unusable }
            return UInt64(SnapshotFormat.chunkHeaderLength) + count
        } catch {
            throw .unusable
        }
    }
}
