import Causality

/// The live and retired records of all peers by dot: which slot holds each.
struct PeerTails {
    /// Sorted by peer; a peer without records has none.
    private var tails: [PeerTail] = []
    private var lastIndex = 0

    /// The peers that have records, ascending.
    var peers: [PeerID] {
        self.tails.map { $0.peer }
    }

    var approximateBytes: Int {
        self.tails.reduce(0) { $0 + $1.allocatedBytes + 96 }
    }

    /// - Complexity: O(log n) in the peers.
    subscript(peer: PeerID) -> PeerTail? {
        let index = self.index(of: peer)
        return index < self.tails.count && self.tails[index].peer == peer ? self.tails[index] : nil
    }

    mutating func insert(_ dot: Dot, _ id: UInt32) {
        let index = self.index(of: dot.peer)
        if index == self.tails.count || self.tails[index].peer != dot.peer {
            self.tails.insert(PeerTail(peer: dot.peer), at: index)
        }
        self.tails[index].insert(dot.sequence, id)
        self.lastIndex = index
    }

    mutating func remove(_ dot: Dot) {
        let index = self.index(of: dot.peer)
        guard index < self.tails.count, self.tails[index].peer == dot.peer else { return }
        self.tails[index].remove(dot.sequence)
        if self.tails[index].liveCount == 0 { self.tails.remove(at: index) }
    }

    private func index(of peer: PeerID) -> Int {
        if self.lastIndex < self.tails.count, self.tails[self.lastIndex].peer == peer { return self.lastIndex }
        var low = 0
        var high = self.tails.count
        while low < high {
            let middle = (low + high) / 2
            if self.tails[middle].peer < peer { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
