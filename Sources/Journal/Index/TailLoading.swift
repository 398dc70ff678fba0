import Causality

/// Which slot holds which dot, gathered in any order, to be sorted at once.
struct TailLoading {
    /// A sequence, and the slot that holds its record.
    struct Pair {
        var sequence: UInt64
        var slot: UInt32
    }

    /// Sorted by peer.
    private(set) var peers: [(peer: PeerID, pairs: [Pair])] = []
    private var last = 0

    /// Adds a pair.
    mutating func append(_ dot: Dot, _ slot: UInt32) {
        if self.last >= self.peers.count || self.peers[self.last].peer != dot.peer {
            var low = 0
            var high = self.peers.count
            while low < high {
                let middle = (low + high) / 2
                if self.peers[middle].peer < dot.peer { low = middle + 1 } else { high = middle }
            }
            if low == self.peers.count || self.peers[low].peer != dot.peer {
                self.peers.insert((dot.peer, []), at: low)
            }
            self.last = low
        }
        self.peers[self.last].pairs.append(Pair(sequence: dot.sequence, slot: slot))
    }

    /// Sorts pairs by their sequences, eleven bits at a time.
    ///
    /// - Complexity: O(n) for each eleven bits that the highest sequence has.
    static func sorted(_ pairs: [Pair]) -> [Pair] {
        let highest = pairs.reduce(0) { max($0, $1.sequence) }
        var from = pairs
        var to = pairs
        var shift: UInt64 = 0
        while shift < 64, highest >> shift > 0 {
            var places = [Int](repeating: 0, count: 2049)
            for index in from.indices { places[Int(from[index].sequence >> shift & 2047) + 1] += 1 }
            for digit in 1...2048 { places[digit] += places[digit - 1] }
            for index in from.indices {
                let digit = Int(from[index].sequence >> shift & 2047)
                to[places[digit]] = from[index]
                places[digit] += 1
            }
            swap(&from, &to)
            shift += 11
        }
        return from
    }
}
