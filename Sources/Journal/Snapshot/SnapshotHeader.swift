import ByteCoding
import Causality

/// The first 80 bytes of an index snapshot; see ``SnapshotFormat`` for their places.
struct SnapshotHeader: Hashable {
    var peer: PeerID
    var startLSN: UInt64
    var throughLSN: UInt64
    var keyCount: UInt64
    var recordCount: UInt64
    var footerOffset: UInt64
    var footerLength: UInt32
    var footerChecksum: UInt32

    var bytes: [UInt8] {
        var writer = ByteWriter(SnapshotFormat.magic)
        writer.write(SnapshotFormat.version)
        writer.write(UInt32(0))
        writer.write(self.peer.rawValue)
        writer.write(self.startLSN)
        writer.write(self.throughLSN)
        writer.write(self.keyCount)
        writer.write(self.recordCount)
        writer.write(self.footerOffset)
        writer.write(self.footerLength)
        writer.write(self.footerChecksum)
        writer.write(Checksum.crc32c(0, writer.bytes.span))
        writer.write(UInt32(0))
        return writer.bytes
    }
}

extension SnapshotHeader {
    /// Reads a header.
    init(_ bytes: [UInt8]) throws(DecodingError) {
        guard bytes.count == SnapshotFormat.headerLength, Array(bytes[0..<8]) == SnapshotFormat.magic,
            bytes[SnapshotFormat.headerCovered...].prefix(4)
                .elementsEqual(SnapshotHeader.checksum(of: bytes))
        else { throw .malformed }
        var reader = ByteReader(bytes, 8..<bytes.count)
        guard try reader.readUInt32() == SnapshotFormat.version else { throw .malformed }
        _ = try reader.readUInt32()
        self.peer = PeerID(rawValue: try reader.readUInt64())
        self.startLSN = try reader.readUInt64()
        self.throughLSN = try reader.readUInt64()
        self.keyCount = try reader.readUInt64()
        self.recordCount = try reader.readUInt64()
        self.footerOffset = try reader.readUInt64()
        self.footerLength = try reader.readUInt32()
        self.footerChecksum = try reader.readUInt32()
        guard self.throughLSN >= self.startLSN, self.footerOffset >= UInt64(SnapshotFormat.headerLength),
            self.footerOffset <= UInt64.max / 2, Int(self.footerLength) <= SnapshotFormat.footerMaximum
        else { throw .malformed }
    }

    private static func checksum(of bytes: [UInt8]) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(Checksum.crc32c(0, bytes.span.extracting(0..<SnapshotFormat.headerCovered)))
        return writer.bytes
    }
}
