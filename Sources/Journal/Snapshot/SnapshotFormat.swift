import ByteCoding
import Causality

// Index snapshot, little-endian throughout:
//
//   0       8         12         16        24          32            40         48            56              64
//   | magic | version | reserved | peer ID | start LSN | through LSN | key count | record count | footer offset |
//   | 8     | u32     | u32 = 0  | u64     | u64       | u64         | u64       | u64          | u64           |
//   64              68           72    76      80
//   | footer length | footer CRC | CRC | zeros | chunks ... footer
//   | u32           | u32        | u32 | 4     |
//
//   The CRC-32C at 72 covers the 72 bytes before it, the one at 68 the footer.
//
// Chunk: length u32 | CRC-32C u32 | payload, which is whole entries. The keys ascend. The CRC covers four
// little-endian 64-bit words: peer ID, start LSN, offset of the chunk in the file, and the payload's own CRC-32C with
// the snapshot's number above it. So a chunk of another snapshot, or of another place in this one, has a wrong CRC.
//
// Entry: key length varint | record count varint | key | records
// Record: flags u8 | peer's place in the footer varint | sequence varint | clock varint | timestamp u64
//   | LSN varint | record length varint | value length varint | CRC u32 | expiry u64 and context, if flagged
// Flags: bits 0-1 operation, 2 replaces all earlier, 3 continues batch, 4 has expiry, 5 has context.
//
// Footer: peer count varint, peers u64 | part count varint, contexts | floor | own sequence u64 | own CRC u32
//   | timestamp u64 | segment count varint, segments
// Segment: number varint | first LSN varint | generation varint | gone bytes varint | fixed bytes varint
//   | oldest death + 1 varint, 0 for none
//
// What it means: the live records of every key as they were at some moment while the log ended between start and
// through LSN, without those that lie at or behind the start; and the causal state at the start. Replaying the log
// from the start on leads to what the log stands for, provided that it reaches the through LSN.

/// Every constant of the format of index snapshots. Changing one makes every snapshot unreadable, which costs time.
enum SnapshotFormat {
    /// Opens every index snapshot.
    static let magic: [UInt8] = [0x9A, 0x53, 0x54, 0x4C, 0x49, 0x44, 0x58, 0x0A]
    /// The version this program writes, and the only one it reads.
    static let version: UInt32 = 2
    static let headerLength = 80
    /// Bytes of the header that its CRC covers.
    static let headerCovered = 72
    static let chunkHeaderLength = 8
    /// Bytes of a chunk at which no more entries are added.
    static let chunkLength = 256 * 1024
    /// The longest chunk that is read.
    static let chunkMaximum = 1 << 30
    /// The longest footer that is read.
    static let footerMaximum = 1 << 28
    /// Contexts that the causal state may be cut into.
    static let partMaximum = 1 << 16
    /// Segments that may be listed.
    static let segmentMaximum = 1 << 24

    /// A chunk's CRC.
    static func checksum(
        of payload: Span<UInt8>, at offset: UInt64, peer: PeerID, startLSN: UInt64, number: UInt64
    ) -> UInt32 {
        Checksum.crc32c(
            0, words: (peer.rawValue, startLSN, offset, number << 32 | UInt64(Checksum.crc32c(0, payload))))
    }
}
