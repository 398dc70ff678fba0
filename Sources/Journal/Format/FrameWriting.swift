import ByteCoding
import Causality

extension ByteWriter {
    /// Leaves room for a frame's header and returns where the frame starts.
    mutating func beginFrame(_ kind: FrameKind) -> Int {
        let start = self.count
        self.write(UInt32(0))
        self.write(UInt32(0))
        self.write(kind.rawValue)
        self.write(LogFormat.partition)
        return start
    }

    /// Fills in the header of the frame that started at `start` and ends here; returns the CRC of its
    /// payload. Call it again after the payload has been overwritten.
    ///
    /// - Precondition: The payload is at most ``LogFormat/payloadMaximum`` bytes long.
    @discardableResult
    mutating func endFrame(_ start: Int, peer: PeerID, lsn: UInt64) -> UInt32 {
        self.endFrame(start, end: self.count, peer: peer, lsn: lsn)
    }

    /// The same for a frame that ends at `end`.
    @discardableResult
    mutating func endFrame(_ start: Int, end: Int, peer: PeerID, lsn: UInt64) -> UInt32 {
        let payload = (start + LogFormat.frameHeaderLength)..<end
        precondition(payload.count <= LogFormat.payloadMaximum, "payload of \(payload.count) bytes")
        let payloadChecksum = Checksum.crc32c(0, self.bytes.span.extracting(payload))
        let length = UInt32(payload.count)
        let checksum = FrameHeader.checksum(
            length: length, kind: self.bytes[start + 8], partition: LogFormat.partition,
            payloadChecksum: payloadChecksum, peer: peer, lsn: lsn)
        self.overwrite(length, at: start)
        self.overwrite(checksum, at: start + 4)
        return payloadChecksum
    }

    /// Overwrites eight bytes written before.
    mutating func overwrite(_ value: UInt64, at offset: Int) {
        self.overwrite(UInt32(truncatingIfNeeded: value), at: offset)
        self.overwrite(UInt32(truncatingIfNeeded: value >> 32), at: offset + 4)
    }
}
