package import ByteCoding
package import Causality

// Bytes of a context:
//   peer count varint, then per peer in order:
//     peer u64 | contiguous varint | range count varint | per range: gap varint, length - 1 varint
//   where gap is the distance from the end of the range (or prefix) before, at least 2.
// Bytes of a vector: entry count varint, then per entry: peer u64 | sequence varint.

extension ByteWriter {
    package mutating func write(_ context: CausalContext) {
        self.writeCount(context.entries.count)
        // By index: an entry taken out would be copied.
        for index in context.entries.indices {
            self.write(context.entries[index].peer.rawValue)
            let contiguous = context.entries[index].sequences.contiguous
            self.writeVarint(contiguous)
            self.writeCount(context.entries[index].sequences.detached.count)
            var last = contiguous
            for range in context.entries[index].sequences.detached {
                self.writeVarint(range.lowerBound - last)
                self.writeVarint(range.upperBound - range.lowerBound)
                last = range.upperBound
            }
        }
    }

    package mutating func write(_ vector: VersionVector) {
        self.writeCount(vector.entries.count)
        for entry in vector.entries {
            self.write(entry.peer.rawValue)
            self.writeVarint(entry.sequence)
        }
    }
}

extension ByteReader {
    /// Reads a context within ``DataLimits``; refuses any that is not in canonical form.
    package mutating func readContext() throws(DecodingError) -> CausalContext {
        var context = CausalContext()
        var rangesLeft = DataLimits.contextRanges
        var lastPeer: PeerID?
        let peers = try self.readCount(maximum: DataLimits.contextPeers)
        // Ten bytes a peer at the least: nobody makes room for more than was sent.
        context.reserveCapacity(min(peers, self.remaining / 10))
        for _ in 0..<peers {
            let peer = PeerID(rawValue: try self.readUInt64())
            if let lastPeer, lastPeer >= peer { throw .malformed }
            lastPeer = peer
            let contiguous = try self.readVarint()
            guard contiguous < .max else { throw .malformed }
            let count = try self.readCount(maximum: rangesLeft)
            rangesLeft -= count
            guard contiguous > 0 || count > 0 else { throw .malformed }
            var sequences = SequenceSet(through: contiguous)
            var last = contiguous
            for _ in 0..<count {
                let gap = try self.readVarint()
                let extent = try self.readVarint()
                guard gap >= 2 else { throw .malformed }
                let (lower, lowerOverflow) = last.addingReportingOverflow(gap)
                let (upper, upperOverflow) = lower.addingReportingOverflow(extent)
                guard !lowerOverflow, !upperOverflow, upper < .max else { throw .malformed }
                sequences.append(lower...upper)
                last = upper
            }
            context.append(CausalContext.Entry(peer: peer, sequences: sequences))
        }
        return context
    }

    /// Reads a vector within ``DataLimits``; refuses any that is not in canonical form.
    package mutating func readVector() throws(DecodingError) -> VersionVector {
        var vector = VersionVector()
        var lastPeer: PeerID?
        let peers = try self.readCount(maximum: DataLimits.contextPeers)
        // Nine bytes a peer at the least: nobody makes room for more than was sent.
        vector.reserveCapacity(min(peers, self.remaining / 9))
        for _ in 0..<peers {
            let peer = PeerID(rawValue: try self.readUInt64())
            if let lastPeer, lastPeer >= peer { throw .malformed }
            lastPeer = peer
            let sequence = try self.readVarint()
            guard sequence > 0, sequence < .max else { throw .malformed }
            vector.append(VersionVector.Entry(peer: peer, sequence: sequence))
        }
        return vector
    }
}
