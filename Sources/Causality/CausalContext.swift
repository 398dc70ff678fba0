/// A set of dots: exactly the writes that a replica has seen, or that a record replaces.
///
/// Version vectors with exceptions, as in Malkhi and Terry, "Concise version vectors in WinFS",
/// section 3. A context is a set and never a bound: what is not in it has not been seen.
///
/// - Invariant: `entries` is sorted by peer and holds no empty set, so equal contexts have equal
///   representations.
public struct CausalContext: Hashable, Sendable {
    /// The sequences of one peer.
    public struct Entry: Hashable, Sendable {
        /// Whose they are.
        public let peer: PeerID
        /// Never empty inside a context.
        public internal(set) var sequences: SequenceSet

        /// Pairs a peer with its sequences.
        public init(peer: PeerID, sequences: SequenceSet) {
            self.peer = peer
            self.sequences = sequences
        }
    }

    /// Per peer its sequences, sorted by peer.
    public private(set) var entries: [Entry]

    /// The empty context.
    public init() {
        self.entries = []
    }

    /// The context of exactly these dots.
    public init(_ dots: some Sequence<Dot>) {
        self.entries = []
        for dot in dots { self.insert(dot) }
    }

    /// The context that holds everything up to each of the vector's sequences.
    public init(_ vector: VersionVector) {
        self.entries = vector.entries.map { Entry(peer: $0.peer, sequences: SequenceSet(through: $0.sequence)) }
    }

    /// Makes room for so many peers.
    package mutating func reserveCapacity(_ count: Int) {
        self.entries.reserveCapacity(count)
    }

    /// Adds the sequences of a peer above all others: how a canonical encoding lists them.
    ///
    /// - Precondition: the peer is above that of every entry, and the set is not empty.
    /// - Complexity: amortised O(1).
    package mutating func append(_ entry: Entry) {
        precondition(!entry.sequences.isEmpty, "a peer without sequences")
        let last = self.entries.count - 1
        if last >= 0 { precondition(self.entries[last].peer < entry.peer, "peers out of order") }
        self.entries.append(entry)
    }

    /// Whether no dot is in this context.
    public var isEmpty: Bool {
        self.entries.isEmpty
    }

    /// Per peer the highest contiguous sequence.
    public var vector: VersionVector {
        var vector = VersionVector()
        for index in self.entries.indices {
            vector.raise(self.entries[index].peer, to: self.entries[index].sequences.contiguous)
        }
        return vector
    }

    /// The set of a peer's sequences.
    public subscript(peer: PeerID) -> SequenceSet {
        let index = self.index(of: peer)
        return self.holds(peer, at: index) ? self.entries[index].sequences : SequenceSet()
    }

    /// - Complexity: O(log n) in the peers and detached ranges.
    public func contains(_ dot: Dot) -> Bool {
        let index = self.index(of: dot.peer)
        return self.holds(dot.peer, at: index) && self.entries[index].sequences.contains(dot.sequence)
    }

    /// Whether every dot of `other` is in this context.
    ///
    /// - Complexity: O(n log m) in the peers and detached ranges of both.
    public func isSuperset(of other: CausalContext) -> Bool {
        // By index, here and below: an entry taken out would be copied.
        var index = 0
        for place in other.entries.indices {
            let peer = other.entries[place].peer
            while index < self.entries.count, self.entries[index].peer < peer { index += 1 }
            guard self.holds(peer, at: index),
                self.entries[index].sequences.isSuperset(of: other.entries[place].sequences)
            else { return false }
        }
        return true
    }

    /// Whether everything up to each of the vector's sequences is in this context.
    public func covers(_ vector: VersionVector) -> Bool {
        var index = 0
        for entry in vector.entries {
            while index < self.entries.count, self.entries[index].peer < entry.peer { index += 1 }
            guard self.holds(entry.peer, at: index), self.entries[index].sequences.contiguous >= entry.sequence else {
                return false
            }
        }
        return true
    }

    /// Adds one dot; sequence 0 is ignored.
    public mutating func insert(_ dot: Dot) {
        guard dot.sequence > 0 else { return }
        let index = self.makeEntry(for: dot.peer)
        self.entries[index].sequences.insert(dot.sequence)
    }

    /// Adds a range of one peer's sequences; sequence 0 in it is ignored.
    public mutating func insert(_ range: ClosedRange<UInt64>, of peer: PeerID) {
        guard range.upperBound > 0 else { return }
        let index = self.makeEntry(for: peer)
        self.entries[index].sequences.insert(range)
    }

    /// Joins: the least context that holds both.
    public mutating func formUnion(_ other: CausalContext) {
        if self.entries.isEmpty {
            self.entries = other.entries
            return
        }
        var index = 0
        for place in other.entries.indices {
            let peer = other.entries[place].peer
            while index < self.entries.count, self.entries[index].peer < peer { index += 1 }
            if self.holds(peer, at: index) {
                // Nothing is written, nor copied for that, where nothing is new.
                if self.entries[index].sequences.isSuperset(of: other.entries[place].sequences) { continue }
                self.entries[index].sequences.formUnion(other.entries[place].sequences)
            } else {
                self.entries.insert(other.entries[place], at: index)
            }
        }
    }

    /// Returns the least context that holds both.
    public func union(_ other: CausalContext) -> CausalContext {
        var result = self
        result.formUnion(other)
        return result
    }

    /// Returns the dots that are in both contexts.
    public func intersection(_ other: CausalContext) -> CausalContext {
        var result = CausalContext()
        for entry in self.entries {
            let common = entry.sequences.intersection(other[entry.peer])
            if !common.isEmpty { result.entries.append(Entry(peer: entry.peer, sequences: common)) }
        }
        return result
    }

    /// The dots of this context that `other` lacks: per peer, sorted ranges that do not touch.
    public func subtracting(_ other: CausalContext) -> [(peer: PeerID, ranges: [ClosedRange<UInt64>])] {
        var result: [(peer: PeerID, ranges: [ClosedRange<UInt64>])] = []
        var index = 0
        for place in self.entries.indices {
            let peer = self.entries[place].peer
            while index < other.entries.count, other.entries[index].peer < peer { index += 1 }
            guard other.holds(peer, at: index) else {
                result.append((peer, self.entries[place].sequences.ranges))
                continue
            }
            // Most peers' sequences are the same on both sides.
            if other.entries[index].sequences.isSuperset(of: self.entries[place].sequences) { continue }
            result.append((peer, self.entries[place].sequences.subtracting(other.entries[index].sequences)))
        }
        return result
    }

    /// The number of dots that `other` lacks; saturates at `UInt64.max`.
    public func count(missingFrom other: CausalContext) -> UInt64 {
        var count: UInt64 = 0
        for (_, ranges) in self.subtracting(other) {
            for range in ranges {
                let (sum, overflow) = count.addingReportingOverflow(range.upperBound - range.lowerBound + 1)
                if overflow { return .max }
                count = sum
            }
        }
        return count
    }

    private func index(of peer: PeerID) -> Int {
        self.entries.partitionPoint { $0.peer < peer }
    }

    private func holds(_ peer: PeerID, at index: Int) -> Bool {
        index < self.entries.count && self.entries[index].peer == peer
    }

    /// The index of the peer's entry, which the caller MUST leave with a member.
    private mutating func makeEntry(for peer: PeerID) -> Int {
        let index = self.index(of: peer)
        if !self.holds(peer, at: index) {
            self.entries.insert(Entry(peer: peer, sequences: SequenceSet()), at: index)
        }
        return index
    }
}
