/// For each peer a sequence, meaning all of its writes up to there.
///
/// Parker et al., "Detection of mutual inconsistency in distributed systems" (1983), section III.
///
/// - Invariant: sorted by peer, no zero sequences; so equal vectors have equal representations.
public struct VersionVector: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public let peer: PeerID
        public internal(set) var sequence: UInt64

        public init(peer: PeerID, sequence: UInt64) {
            self.peer = peer
            self.sequence = sequence
        }
    }

    public private(set) var entries: [Entry] = []

    public init() {}

    public var isEmpty: Bool {
        self.entries.isEmpty
    }

    /// The peer's sequence; 0 if the vector does not name it.
    public subscript(peer: PeerID) -> UInt64 {
        let index = self.index(of: peer)
        return index < self.entries.count && self.entries[index].peer == peer ? self.entries[index].sequence : 0
    }

    /// Raises the peer's sequence to at least `sequence`.
    public mutating func raise(_ peer: PeerID, to sequence: UInt64) {
        guard sequence > 0 else { return }
        let index = self.index(of: peer)
        if index < self.entries.count, self.entries[index].peer == peer {
            self.entries[index].sequence = max(self.entries[index].sequence, sequence)
        } else {
            self.entries.insert(Entry(peer: peer, sequence: sequence), at: index)
        }
    }

    /// Joins: per peer the larger sequence.
    public mutating func formUnion(_ other: VersionVector) {
        for entry in other.entries { self.raise(entry.peer, to: entry.sequence) }
    }

    private func index(of peer: PeerID) -> Int {
        var low = 0
        var high = self.entries.count
        while low < high {
            let middle = (low + high) / 2
            if self.entries[middle].peer < peer { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
