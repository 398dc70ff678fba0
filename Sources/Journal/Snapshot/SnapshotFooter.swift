import ByteCoding
import Causality
import DataModel

/// What of an index snapshot is not keys: the causal state at its start, and the segments that its locations are in.
struct SnapshotFooter: Hashable {
    /// A segment as the snapshot's locations know it.
    struct Source: Hashable {
        var number: UInt64
        var firstLSN: UInt64
        /// Which compaction wrote it; 0 for none. In a segment of another generation nothing lies where it did.
        var generation: UInt32
        var goneBytes: UInt64 = 0
        var fixedBytes: UInt64 = 0
        var oldestDeath: UInt64?
    }

    /// The peers that records name by their place.
    var peers: [PeerID]
    var context: CausalContext
    var floor: VersionVector
    var ownSequence: UInt64
    var ownChecksum: UInt32
    /// Not behind any timestamp in the log up to the start.
    var latestTimestamp: HybridTimestamp
    /// In order; all whose records the snapshot may name.
    var sources: [Source]

    func write(to writer: inout ByteWriter) {
        writer.writeCount(self.peers.count)
        for peer in self.peers { writer.write(peer.rawValue) }
        let parts = self.context.encodableParts
        writer.writeCount(parts.count)
        for part in parts { writer.write(part) }
        writer.write(self.floor)
        writer.write(self.ownSequence)
        writer.write(self.ownChecksum)
        writer.write(self.latestTimestamp.rawValue)
        writer.writeCount(self.sources.count)
        for source in self.sources {
            writer.writeVarint(source.number)
            writer.writeVarint(source.firstLSN)
            writer.writeVarint(UInt64(source.generation))
            writer.writeVarint(source.goneBytes)
            writer.writeVarint(source.fixedBytes)
            writer.writeVarint(source.oldestDeath.map { $0 + 1 } ?? 0)
        }
    }
}

extension SnapshotFooter {
    /// Reads a footer that fills the reader to its end.
    init(_ reader: inout ByteReader) throws(DecodingError) {
        self.peers = []
        for _ in 0..<(try reader.readCount(maximum: reader.remaining / 8)) {
            self.peers.append(PeerID(rawValue: try reader.readUInt64()))
        }
        self.context = CausalContext()
        for _ in 0..<(try reader.readCount(maximum: SnapshotFormat.partMaximum)) {
            self.context.formUnion(try reader.readContext())
        }
        self.floor = try reader.readVector()
        self.ownSequence = try reader.readUInt64()
        self.ownChecksum = try reader.readUInt32()
        self.latestTimestamp = HybridTimestamp(rawValue: try reader.readUInt64())
        self.sources = []
        for _ in 0..<(try reader.readCount(maximum: min(SnapshotFormat.segmentMaximum, reader.remaining))) {
            var source = Source(
                number: try reader.readVarint(), firstLSN: try reader.readVarint(),
                generation: UInt32(try reader.readCount(maximum: Int(UInt32.max))))
            source.goneBytes = try reader.readVarint()
            source.fixedBytes = try reader.readVarint()
            let death = try reader.readVarint()
            source.oldestDeath = death == 0 ? nil : death - 1
            guard source.firstLSN <= UInt64.max / 2, source.goneBytes <= UInt64.max / 4,
                source.fixedBytes <= UInt64.max / 4
            else { throw .malformed }
            self.sources.append(source)
        }
        try reader.finish()
        guard self.ownSequence < .max else { throw .malformed }
    }
}

extension CausalContext {
    /// Contexts that can be encoded, and are together this one.
    var encodableParts: [CausalContext] {
        guard !self.isWithinLimits else { return self.isEmpty ? [] : [self] }
        var parts = [CausalContext()]
        var count = 0
        for entry in self.entries {
            for range in entry.sequences.ranges {
                count += 1
                if count > DataLimits.contextPeers {
                    parts.append(CausalContext())
                    count = 1
                }
                parts[parts.count - 1].insert(range, of: entry.peer)
            }
        }
        return parts
    }
}
