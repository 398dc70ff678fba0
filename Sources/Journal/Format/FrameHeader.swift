import ByteCoding
import Causality

/// The eleven bytes before a frame's payload; see ``LogFormat`` for their places.
struct FrameHeader {
    var length: UInt32
    var checksum: UInt32
    var kind: UInt8
    var partition: UInt16

    /// Reads the header that starts at `offset`.
    ///
    /// - Precondition: ``LogFormat/frameHeaderLength`` bytes lie there.
    init(_ bytes: [UInt8], at offset: Int) {
        self.length = FrameHeader.word(bytes, at: offset)
        self.checksum = FrameHeader.word(bytes, at: offset + 4)
        self.kind = bytes[offset + 8]
        self.partition = UInt16(bytes[offset + 9]) | UInt16(bytes[offset + 10]) << 8
    }

    /// Whether all eleven bytes are zero: no frame was ever written here.
    var isZero: Bool {
        self.length == 0 && self.checksum == 0 && self.kind == 0 && self.partition == 0
    }

    /// Whether this header stands before a payload with that CRC, in the log of `peer`, at `lsn`.
    func isValid(payloadChecksum: UInt32, peer: PeerID, lsn: UInt64) -> Bool {
        self.checksum
            == FrameHeader.checksum(
                length: self.length, kind: self.kind, partition: self.partition, payloadChecksum: payloadChecksum,
                peer: peer, lsn: lsn)
    }

    /// The CRC of a frame, which binds its content to its place; ``LogFormat`` tells why in this order.
    static func checksum(
        length: UInt32, kind: UInt8, partition: UInt16, payloadChecksum: UInt32, peer: PeerID, lsn: UInt64
    ) -> UInt32 {
        let header = UInt64(length) | UInt64(kind) << 32 | UInt64(partition) << 40
        return Checksum.crc32c(0, words: (UInt64(payloadChecksum), peer.rawValue, lsn, header))
    }

    private static func word(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16
            | UInt32(bytes[offset + 3]) << 24
    }
}
