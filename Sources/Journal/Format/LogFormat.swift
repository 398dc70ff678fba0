import DataModel

// Segment file, little-endian throughout:
//
//   0       8         12           16        24          32      40        48     52          56    60      64
//   | magic | version | generation | peer ID | first LSN | birth | end LSN | used | followers | CRC | zeros | frames
//   | 8     | u32     | u32        | u64     | u64       | u64   | u64     | u32  | u32       | u32 | 4     | ...
//
//   The CRC-32C covers the 56 bytes before it. Birth is the file's own stamp, which no copy has. A segment
//   that is appended to has zeros for generation, end LSN, used and followers, and zeros behind its frames;
//   what they are in a compacted segment is told by CompactedRange.
//
// Frame:
//
//   0         4        8      9           11
//   | length  | CRC    | kind | partition | payload ...
//   | u32     | u32    | u8   | u16       | `length` bytes
//
//   The CRC-32C covers four little-endian 64-bit words: the payload's own CRC-32C, peer ID of the segment,
//   LSN of the frame, and length | kind << 32 | partition << 40. So a frame that is stale, misdirected or
//   foreign has a wrong CRC, and the payload's CRC names the content wherever it lies. The payload's comes
//   first, as if payload and words were one message: behind the words, each of its bits would stand for the
//   same as a bit of theirs, and two flipped bits could hide each other.
//
// LSN of a byte = first LSN of its segment + its offset in the file. The first LSN of a segment is
// where the used bytes of the one before end. Eleven zero bytes in place of a frame end the log.
//
// Payloads:
//
//   record   an encoded record (DataModel)
//   batch    frame count u32 | byte count u32; that many frames follow, in as many bytes, and count
//            only together. Batches do not nest.
//   join     context
//   gone     key length varint | key | context
//   floor    version vector
//   mark     synced LSN u64: what was known to be synced when the group of frames was begun
//   ballot, leadership entry, truncation  whatever leader mode says (Replication)
//   commit   mark u8 (1: the leadership frames before are void; 2: and leader mode is over) | the same
//   summary  peer u64 | sequence u64 | CRC u32 | timestamp u64 | synced LSN u64: of frames that a compaction
//            left out, the newest record of that peer, and the latest timestamp; and how far the log was synced
//            when the joins before it were written, which tell of all that was seen by then

/// Every constant of the log's format. Changing one makes every log unreadable.
package enum LogFormat {
    /// Opens every segment. The first byte is outside ASCII, so that no text file passes for one.
    static let magic: [UInt8] = [0x9A, 0x53, 0x54, 0x4C, 0x4F, 0x47, 0x0D, 0x0A]
    /// The version this program writes, and the only one it reads.
    static let version: UInt32 = 2
    /// Bytes before the first frame of a segment.
    static let segmentHeaderLength = 64
    /// Bytes of the segment header that its CRC covers.
    static let segmentHeaderCovered = 56
    /// Bytes before a frame's payload.
    package static let frameHeaderLength = 11
    /// Bytes of a mark frame.
    static let markLength = frameHeaderLength + 8
    /// Bytes of a batch frame, without the frames that follow it.
    static let batchLength = frameHeaderLength + 8
    /// Bytes that a group of frames may need beside its frames: a mark in front and a batch frame.
    static let groupOverhead = markLength + batchLength
    /// The longest payload: a record, or a key with a context.
    static let payloadMaximum = DataLimits.recordLength
    /// The most bytes of frames that can be written as one group, which must lie in one segment.
    static let groupMaximum = 1 << 30
    /// The only partition there is so far.
    static let partition: UInt16 = 0
    /// The shortest segment that holds anything useful.
    static let segmentLengthMinimum = 1024
    /// The least that a disk gives or refuses.
    static let sectorLength = 512
    /// Bytes read at once while a log is scanned.
    static let scanWindow = 1024 * 1024
    /// Bytes read at once while a segment is compacted.
    static let compactionWindow = 128 * 1024
}
