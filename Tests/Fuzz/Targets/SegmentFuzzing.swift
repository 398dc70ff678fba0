import ByteCoding
import DataModel
import Platform
import Simulation

@testable import Journal

/// A data directory that is opened after something has happened to a segment.
enum SegmentFuzzing {
    /// The first byte says whether the rest is what happens to a log that was really written, the frames of
    /// a log, or the bytes of a segment.
    static func run(_ bytes: [UInt8]) throws {
        var input = FuzzInput(bytes)
        let control = input.byte()
        switch control % 3 {
        case 0: try self.damage(&input)
        case 1: try self.openFrames(&input)
        default: try self.openBytes(Array(input.rest))
        }
    }

    /// What is opened after damage is a state that the store has been in, or nothing.
    private static func damage(_ input: inout FuzzInput) throws {
        let store = try FuzzedStore(segmentLength: 1024)
        try store.fill()
        let states = store.states
        store.disk.killProcess()
        for _ in 0..<8 where !input.isEmpty { try store.damage(&input) }
        guard let state = try store.reopen() else { return }
        try FuzzFinding.unless(states.contains(state), "the store was never in this state: \(state)")
        try store.useAndCompare()
    }

    /// The log of a peer that writes any frames at all: a kind, a length and a payload each.
    private static func openFrames(_ input: inout FuzzInput) throws {
        let store = try FuzzedStore(segmentLength: FuzzedNode.segmentLength)
        try store.journal.close()
        let peer = store.journal.identity.peer
        var bytes = SegmentHeader(peer: peer, firstLSN: 0, birth: 0).bytes
        while !input.isEmpty, bytes.count < 8192 {
            let kind = input.byte() % 12
            let payload = input.bytes(input.short() % 1024)
            let checksum = FrameHeader.checksum(
                length: UInt32(payload.count), kind: kind, partition: 0,
                payloadChecksum: Checksum.crc32c(0, payload.span), peer: peer, lsn: UInt64(bytes.count))
            var writer = ByteWriter()
            writer.write(UInt32(payload.count))
            writer.write(checksum)
            writer.write(kind)
            writer.write(UInt16(0))
            bytes += writer.bytes + payload
        }
        try store.replaceSegment(with: bytes)
        guard try store.reopen() != nil else { return }
        try store.useAndCompare()
    }

    private static func openBytes(_ bytes: [UInt8]) throws {
        let store = try FuzzedStore(segmentLength: FuzzedNode.segmentLength)
        try store.journal.close()
        try store.replaceSegment(with: Array(bytes.prefix(FuzzedNode.segmentLength)))
        guard try store.reopen() != nil else { return }
        try store.useAndCompare()
    }
}
