import ByteCoding
import Causality
import Simulation

@testable import Journal

/// A data directory that is opened after something has happened to its index snapshot.
enum SnapshotFuzzing {
    /// The first byte says whether the rest is what happens to a snapshot that was really written, or the content of
    /// one whose checksums are right.
    static func run(_ bytes: [UInt8]) throws {
        var input = FuzzInput(bytes)
        let store = try FuzzedStore(segmentLength: 1024)
        try store.fill()
        let path = try store.writeSnapshot()
        let state = try FuzzedState(store.journal)
        let end = store.journal.appendedLSN
        let peer = store.journal.identity.peer
        store.disk.killProcess()
        guard var snapshot = store.disk.contents(of: path) else { throw FuzzFinding("the snapshot is gone") }
        if input.byte() % 2 == 0 {
            for _ in 0..<8 where !input.isEmpty { SnapshotFuzzing.damage(&snapshot, &input) }
            try store.replace(path, with: snapshot)
            let opened = try store.reopen()
            try FuzzFinding.unless(opened == state, "the store holds \(opened as Any) and not \(state)")
            try store.useAndCompare()
        } else {
            try store.replace(path, with: SnapshotFuzzing.sealed(&input, end, peer.rawValue))
            // What it says is believed, for nobody else can make the checksums right; but it must do no harm.
            _ = try store.reopen()
        }
    }

    private static func damage(_ bytes: inout [UInt8], _ input: inout FuzzInput) {
        guard !bytes.isEmpty else { return }
        let operation = input.byte()
        let start = input.short() % bytes.count
        switch operation & 3 {
        case 0, 1: bytes[start] ^= 1 << (input.byte() & 7)
        case 2: for place in start..<min(bytes.count, start + input.short()) { bytes[place] = 0 }
        default: bytes.removeLast(bytes.count - start)
        }
    }

    /// A snapshot with one chunk and a footer of the input's bytes.
    private static func sealed(_ input: inout FuzzInput, _ end: UInt64, _ peer: UInt64) throws -> [UInt8] {
        let start = end - min(end, UInt64(input.short() % 512))
        let keyCount = UInt64(input.byte())
        let footer = input.bytes(Int(input.byte()))
        let chunk = Array(input.rest)
        var body = ByteWriter()
        if !chunk.isEmpty {
            body.write(UInt32(chunk.count))
            body.write(Checksum.crc32c(0, chunk.span))
            body.write(chunk)
        }
        let header = SnapshotHeader(
            peer: .init(rawValue: peer), startLSN: start, throughLSN: start, keyCount: keyCount, recordCount: keyCount,
            footerOffset: UInt64(SnapshotFormat.headerLength + body.count), footerLength: UInt32(footer.count),
            footerChecksum: Checksum.crc32c(0, footer.span))
        return header.bytes + body.bytes + footer
    }
}
