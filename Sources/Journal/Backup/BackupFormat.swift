import DataModel

// Backup file, little-endian throughout:
//
//   0       8         12    16          24
//   | magic | version | CRC | backup ID | frames ...
//   | 8     | u32     | u32 | u64       |
//
//   The CRC-32C covers magic, version and backup ID, which is random.
//
// Frame:
//
//   0        4     8      9
//   | length | CRC | kind | payload ...
//   | u32    | u32 | u8   | `length` bytes
//
//   The CRC-32C covers four little-endian 64-bit words: the payload's own CRC-32C, backup ID, offset of
//   the frame in the file, and length | kind << 32; why in this order is told by LogFormat. So a frame of another
//   backup, or one at another place, has a wrong CRC.
//
// Frames, in this order:
//
//   opening   created u64, milliseconds since 1970 | peer u64 | name length varint | name | the same of the cluster
//   since     context: what a reader must have before; several frames, whose union counts; none for a full backup
//   records   count varint, then each record: length varint | an encoded record (DataModel)    } in any order, any
//   kept      context: of the dots of `since` those that were live                             } number
//   context   context: what had been seen; several frames, whose union counts
//   floor     version vector: the tombstones that had been collected
//   end       records u64 | kept u64 | frames u64 | offset of the first context frame u64 | CRC u32
//             counts of what came before, and the CRC-32C over the CRCs of all frames before, in order

/// Every constant of the format of backups. Changing one makes every backup unreadable.
enum BackupFormat {
    /// Opens every backup. The first byte is outside ASCII, so that no text file passes for one.
    static let magic: [UInt8] = [0x9A, 0x53, 0x54, 0x4C, 0x42, 0x41, 0x4B, 0x0A]
    /// The version this program writes, and the only one it reads.
    static let version: UInt32 = 2
    /// Bytes before the first frame.
    static let headerLength = 24
    /// Bytes before a frame's payload.
    static let frameHeaderLength = 9
    /// Bytes of the payload of the last frame.
    static let endLength = 36
    /// The longest payload: one record, or many of no more bytes in all, with their count and lengths.
    static let payloadMaximum = DataLimits.recordLength + 64
    /// Bytes in a name.
    static let nameMaximum = 255
    /// Ranges over all frames of a context: of a store that is being filled by a long conversation there may be many.
    static let rangeMaximum = 16 * 1024 * 1024
}
