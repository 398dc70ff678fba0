package import Causality
import DataModel

/// Bounds and parts of contexts, as the journal needs them.
extension CausalContext {
    /// Detached ranges, over all peers.
    var rangeCount: Int {
        self.entries.reduce(0) { $0 + $1.sequences.detached.count }
    }

    /// Whether readers of encoded contexts accept it.
    package var isWithinLimits: Bool {
        self.entries.count <= DataLimits.contextPeers && self.rangeCount <= DataLimits.contextRanges
    }

    /// As much of it as one encoded context may hold: all prefixes, and the first detached ranges.
    ///
    /// To claim less than is held is safe: what was left out is sent once more, and ignored.
    package var withinLimits: CausalContext {
        guard !self.isWithinLimits else { return self }
        var result = CausalContext(self.vector)
        var rangesLeft = DataLimits.contextRanges
        for entry in self.entries {
            for range in entry.sequences.detached.prefix(rangesLeft) { result.insert(range, of: entry.peer) }
            rangesLeft -= min(rangesLeft, entry.sequences.detached.count)
        }
        return result
    }

    /// At least as many bytes as its encoding has.
    var encodedBound: Int {
        if self.isEmpty { return 0 }
        // A peer and three numbers an entry, two numbers a range; ten bytes a number at most.
        return 10 + self.entries.count * 38 + self.rangeCount * 20
    }

    /// The same without the dots of one peer.
    func removing(_ peer: PeerID) -> CausalContext {
        guard !self[peer].isEmpty else { return self }
        var result = CausalContext()
        for entry in self.entries where entry.peer != peer {
            for range in entry.sequences.ranges { result.insert(range, of: entry.peer) }
        }
        return result
    }

    /// The dots of this context that `other` lacks, as a context.
    func missing(from other: CausalContext) -> CausalContext {
        var result = CausalContext()
        for (peer, ranges) in self.subtracting(other) {
            var sequences = SequenceSet()
            for range in ranges { sequences.insert(range) }
            result.append(Entry(peer: peer, sequences: sequences))
        }
        return result
    }
}

extension VersionVector {
    /// At least as many bytes as its encoding has.
    var encodedBound: Int {
        10 + self.entries.count * 18
    }

    /// The entries that are above `other`'s.
    func raising(_ other: VersionVector) -> VersionVector {
        var result = VersionVector()
        for entry in self.entries where entry.sequence > other[entry.peer] {
            result.raise(entry.peer, to: entry.sequence)
        }
        return result
    }
}
