/// For each peer a sequence, meaning all of its writes up to there.
///
/// Parker et al., "Detection of mutual inconsistency in distributed systems" (1983), section III.
///
/// - Invariant: sorted by peer, no zero sequences; so equal vectors have equal representations.
public struct VersionVector: Hashable, Sendable {
    /// One peer and how far its writes are meant.
    public struct Entry: Hashable, Sendable {
        /// Whose writes they are.
        public let peer: PeerID
        /// The last of them; never 0 inside a vector.
        public internal(set) var sequence: UInt64

        /// Pairs a peer with a sequence.
        public init(peer: PeerID, sequence: UInt64) {
            self.peer = peer
            self.sequence = sequence
        }
    }

    /// Per peer its sequence, sorted by peer.
    public private(set) var entries: [Entry] = []

    /// The vector that names nobody.
    public init() {}

    /// Makes room for so many peers.
    package mutating func reserveCapacity(_ count: Int) {
        self.entries.reserveCapacity(count)
    }

    /// Whether no peer is named.
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

    /// Adds a peer above all others: how a canonical encoding lists them.
    ///
    /// - Precondition: the peer is above that of every entry, and the sequence is not 0.
    /// - Complexity: amortised O(1).
    package mutating func append(_ entry: Entry) {
        precondition(entry.sequence > 0, "a peer without sequences")
        if let last = self.entries.last { precondition(last.peer < entry.peer, "peers out of order") }
        self.entries.append(entry)
    }

    /// Joins: per peer the larger sequence.
    public mutating func formUnion(_ other: VersionVector) {
        for entry in other.entries { self.raise(entry.peer, to: entry.sequence) }
    }

    private func index(of peer: PeerID) -> Int {
        self.entries.partitionPoint { $0.peer < peer }
    }
}
