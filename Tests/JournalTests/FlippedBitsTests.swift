import ByteCoding
import Causality
import Testing

@testable import Journal

/// CRC-32C finds any two flipped bits of a message shorter than 2^31 bits; so must the checksums that are put together
/// of two of it.
@Suite struct FlippedBitsTests {
    private static let peer = PeerID(rawValue: 0x9797_07BA_9C77_5768)

    /// Whether the bytes pass for a frame of the log at position 519.
    private func isFrame(_ bytes: [UInt8]) -> Bool {
        let header = FrameHeader(bytes, at: 0)
        let payload = LogFormat.frameHeaderLength..<bytes.count
        guard Int(header.length) == payload.count else { return false }
        let checksum = Checksum.crc32c(0, bytes.span.extracting(payload))
        return header.isValid(payloadChecksum: checksum, peer: FlippedBitsTests.peer, lsn: 519)
    }

    /// Whether the bytes pass for a frame of backup 7 at byte 24.
    private func isBackupFrame(_ bytes: [UInt8]) -> Bool {
        var reader = ByteReader(bytes, 0..<bytes.count)
        guard let length = try? reader.readUInt32(), let checksum = try? reader.readUInt32(),
            let kind = try? reader.readUInt8(), Int(length) == reader.remaining
        else { return false }
        let payload = bytes.span.extracting(BackupFormat.frameHeaderLength..<bytes.count)
        return checksum == BackupEncoder.checksum(of: payload, kind: kind, offset: 24, id: 7)
    }

    /// The pairs of bits of `bytes` that can be flipped without anybody noticing; the first of each pair lies in
    /// `first`.
    private func unnoticed(_ bytes: [UInt8], first: Range<Int>, by passes: ([UInt8]) -> Bool) -> [[Int]] {
        var pairs: [[Int]] = []
        for one in first.lowerBound * 8..<first.upperBound * 8 {
            for other in one + 1..<bytes.count * 8 {
                var flipped = bytes
                flipped[one / 8] ^= 1 << (one % 8)
                flipped[other / 8] ^= 1 << (other % 8)
                if passes(flipped) { pairs.append([one, other]) }
            }
        }
        return pairs
    }

    // Seed 751563173111650: a bit of the kind and one of the payload's fourth byte from the end hid each other.
    @Test func `any two flipped bits of a frame are noticed`() {
        var writer = ByteWriter()
        let start = writer.beginFrame(.record)
        writer.write([UInt8](0..<41))
        writer.endFrame(start, peer: FlippedBitsTests.peer, lsn: 519)
        #expect(self.isFrame(writer.bytes))
        #expect(self.unnoticed(writer.bytes, first: 0..<writer.count, by: self.isFrame) == [])
    }

    @Test func `any two flipped bits of a frame of a backup are noticed`() {
        var encoder = BackupEncoder(id: 7)
        encoder.append(.records) { $0.write([UInt8](0..<41)) }
        let frame = Array(encoder.take()[BackupFormat.headerLength...])
        #expect(self.isBackupFrame(frame))
        #expect(self.unnoticed(frame, first: 0..<frame.count, by: self.isBackupFrame) == [])
    }
}
