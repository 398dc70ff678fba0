import ByteCoding
import Causality
import DataModel

/// What a compacted segment tells of the frames that were left out; see ``LogFormat``.
struct FrameSummary: Hashable {
    /// Whose newest record is told of.
    var peer: PeerID
    /// The sequence and the CRC of that record.
    var sequence: UInt64
    var checksum: UInt32
    /// Not behind any timestamp in the log by then.
    var timestamp: HybridTimestamp
    /// How far the log was synced when the joins before the summary were written.
    var syncedLSN: UInt64
}

extension ByteReader {
    /// Reads the payload of a summary frame.
    mutating func readSummary() throws(DecodingError) -> FrameSummary {
        FrameSummary(
            peer: PeerID(rawValue: try self.readUInt64()), sequence: try self.readUInt64(),
            checksum: try self.readUInt32(), timestamp: HybridTimestamp(rawValue: try self.readUInt64()),
            syncedLSN: try self.readUInt64())
    }
}
