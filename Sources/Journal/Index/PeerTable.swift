import Causality

/// Gives peers small numbers, so that a slot need not hold 64-bit peer IDs.
///
/// Numbers are never taken back; at 65,536 peers the table is full and records of further peers are kept in full.
struct PeerTable {
    private static let countMaximum = 1 << 16

    private(set) var peers: [PeerID] = []
    /// The numbers, in the order of the peers they stand for.
    private var sorted: [UInt16] = []
    private var lastNumber: UInt16 = 0

    subscript(number: UInt16) -> PeerID {
        self.peers[Int(number)]
    }

    /// Returns the peer's number, giving it one if need be; nil when the table is full.
    ///
    /// - Complexity: O(1) for the peer asked for last, else O(log n); O(n) for a new peer.
    mutating func number(of peer: PeerID) -> UInt16? {
        if Int(self.lastNumber) < self.peers.count, self.peers[Int(self.lastNumber)] == peer { return self.lastNumber }
        var low = 0
        var high = self.sorted.count
        while low < high {
            let middle = (low + high) / 2
            if self[self.sorted[middle]] < peer { low = middle + 1 } else { high = middle }
        }
        if low == self.sorted.count || self[self.sorted[low]] != peer {
            guard self.peers.count < Self.countMaximum else { return nil }
            self.sorted.insert(UInt16(self.peers.count), at: low)
            self.peers.append(peer)
        }
        self.lastNumber = self.sorted[low]
        return self.lastNumber
    }
}
