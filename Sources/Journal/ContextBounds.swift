import Causality
import DataModel

/// Bounds and parts of contexts, as the journal needs them.
extension CausalContext {
    /// Detached ranges, over all peers.
    var rangeCount: Int {
        self.entries.reduce(0) { $0 + $1.sequences.detached.count }
    }

    /// Whether readers of encoded contexts accept it.
    var isWithinLimits: Bool {
        self.entries.count <= DataLimits.contextPeers && self.rangeCount <= DataLimits.contextRanges
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
            for range in ranges { result.insert(range, of: peer) }
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
