import ByteCoding
import Causality
import DataModel

/// A record as an index snapshot has it.
struct SnapshotRecord {
    var record: LiveRecord
    var context: CausalContext
    var expiry: UInt64?
}

extension ByteReader {
    /// Reads a record of an index snapshot.
    mutating func readSnapshotRecord(_ peers: [PeerID]) throws(DecodingError) -> SnapshotRecord {
        let flags = try self.readUInt8()
        guard flags & ~RecordFlags.known == 0, let operation = Operation(rawValue: flags & RecordFlags.operationMask)
        else { throw .malformed }
        let place = try self.readVarint()
        let sequence = try self.readVarint()
        guard place < UInt64(peers.count), sequence > 0, sequence < .max else { throw .malformed }
        let clock = try self.readVarint()
        let timestamp = HybridTimestamp(rawValue: try self.readUInt64())
        let lsn = try self.readVarint()
        let recordLength = try self.readCount(maximum: LogFormat.payloadMaximum)
        let valueLength = try self.readCount(maximum: recordLength)
        let checksum = try self.readUInt32()
        let expiry = flags & RecordFlags.hasExpiry == 0 ? nil : try self.readUInt64()
        var context = CausalContext()
        if flags & RecordFlags.hasContext != 0 {
            context = try self.readContext()
            guard !context.isEmpty else { throw .malformed }
        }
        let record = LiveRecord(
            dot: Dot(peer: peers[Int(place)], sequence: sequence), clock: clock, timestamp: timestamp,
            operation: operation, replacesAllEarlier: flags & RecordFlags.replacesAllEarlier != 0,
            continuesBatch: flags & RecordFlags.continuesBatch != 0, lsn: lsn, recordLength: UInt32(recordLength),
            valueLength: UInt32(valueLength), checksum: checksum)
        return SnapshotRecord(record: record, context: context, expiry: expiry)
    }
}
