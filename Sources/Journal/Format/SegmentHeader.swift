import ByteCoding
import Causality

/// The first 64 bytes of a segment; see ``LogFormat`` for their places.
struct SegmentHeader: Hashable {
    var peer: PeerID
    var firstLSN: UInt64
    /// The birth stamp of the file, see ``FileSystem/birthStamp(of:)``: a copy of the file has another.
    var birth: UInt64
    /// What a compacted segment stands for; nil for one that was appended to.
    var compaction: CompactedRange?

    /// Why 64 bytes are no header of ours.
    enum Refusal: Error, Hashable {
        case damaged
        case other(version: UInt32)
    }

    init(peer: PeerID, firstLSN: UInt64, birth: UInt64, compaction: CompactedRange? = nil) {
        self.peer = peer
        self.firstLSN = firstLSN
        self.birth = birth
        self.compaction = compaction
    }

    var bytes: [UInt8] {
        var writer = ByteWriter(LogFormat.magic)
        writer.write(LogFormat.version)
        writer.write(self.compaction?.generation ?? 0)
        writer.write(self.peer.rawValue)
        writer.write(self.firstLSN)
        writer.write(self.birth)
        writer.write(self.compaction?.endLSN ?? 0)
        writer.write(self.compaction?.usedLength ?? 0)
        writer.write(self.compaction?.followers ?? 0)
        writer.write(Checksum.crc32c(0, writer.bytes.span))
        writer.write([UInt8](repeating: 0, count: LogFormat.segmentHeaderLength - writer.count))
        return writer.bytes
    }

    /// Reads a header. The magic and the CRC are looked at before the version, so that damage is not
    /// mistaken for another format.
    init(_ bytes: [UInt8]) throws(Refusal) {
        guard bytes.count == LogFormat.segmentHeaderLength, Array(bytes[0..<8]) == LogFormat.magic else {
            throw .damaged
        }
        var reader = ByteReader(bytes, 8..<bytes.count)
        do {
            let version = try reader.readUInt32()
            let generation = try reader.readUInt32()
            self.peer = PeerID(rawValue: try reader.readUInt64())
            self.firstLSN = try reader.readUInt64()
            self.birth = try reader.readUInt64()
            let range = CompactedRange(
                generation: generation, endLSN: try reader.readUInt64(), usedLength: try reader.readUInt32(),
                followers: try reader.readUInt32())
            let checksum = try reader.readUInt32()
            let covered = bytes.span.extracting(0..<LogFormat.segmentHeaderCovered)
            guard checksum == Checksum.crc32c(0, covered) else { throw Refusal.damaged }
            guard version == LogFormat.version else { throw Refusal.other(version: version) }
            if generation > 0 {
                guard range.endLSN > self.firstLSN, range.endLSN <= UInt64.max / 2,
                    range.usedLength >= LogFormat.segmentHeaderLength,
                    UInt64(range.usedLength) <= range.endLSN - self.firstLSN
                else { throw Refusal.damaged }
                self.compaction = range
            } else {
                self.compaction = nil
            }
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw .damaged
        }
    }
}
