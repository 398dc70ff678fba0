import ByteCoding
import Causality
import Platform
import Simulation

extension SimulatedFileSystem {
    /// Puts bytes over a file's, durably, as damage does.
    func overwrite(_ path: String, from offset: Int, with bytes: [UInt8]) throws {
        let file = try self.open(path, .readWrite)
        defer { self.close(file) }
        try self.write(bytes.span, to: file, at: UInt64(offset))
        try self.sync(file)
    }
}

/// A frame with a right CRC and an empty payload, put together by hand from the format's description.
func foreignFrame(kind: UInt8, peer: PeerID, lsn: UInt64) -> [UInt8] {
    let checksum = Checksum.crc32c(0, words: (0, peer.rawValue, lsn, UInt64(kind) << 32))
    var writer = ByteWriter()
    writer.write(UInt32(0))
    writer.write(checksum)
    writer.write(kind)
    writer.write(UInt16(0))
    return writer.bytes
}
