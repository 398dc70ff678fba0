/// The name of one write: which peer made it, and where it stands in that peer's stream.
public struct Dot: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Who made the write.
    public let peer: PeerID
    /// Position in the peer's stream of writes, from 1.
    public let sequence: UInt64

    /// The name of the peer's write at `sequence`.
    @inlinable
    public init(peer: PeerID, sequence: UInt64) {
        self.peer = peer
        self.sequence = sequence
    }

    /// Dots are ordered by peer, then by sequence. The order means nothing but is the same everywhere.
    @inlinable
    public static func < (left: Dot, right: Dot) -> Bool {
        left.peer == right.peer ? left.sequence < right.sequence : left.peer < right.peer
    }

    /// The peer in hexadecimal, a colon, the sequence in decimal.
    public var description: String {
        "\(self.peer):\(self.sequence)"
    }
}
