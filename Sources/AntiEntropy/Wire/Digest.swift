import ByteCoding
package import Causality
import DataModel

/// What a peer has, as of its last sync: the opening of a round.
package struct Digest: Hashable, Sendable {
    /// The round of the conversation, from 1. The conversation fills it in.
    package var round: UInt64
    /// What the sender has seen and synced.
    package var context: CausalContext
    /// The tombstones that the sender has collected. It may reach beyond what the context covers contiguously: a
    /// collected tombstone's dot may lie above a gap, and a vector cannot say so.
    package var floor: VersionVector
    /// The sender's own last write.
    package var lastOwn: LastOwnRecord
    /// A hash of all live records but tombstones and what expires, the same whatever order they came in.
    package var liveHash: UInt128
    /// The latest reading of the sender's hybrid clock.
    package var timestamp: HybridTimestamp
    /// The sender's resolvers, `PREFIX*=NAME`.
    package private(set) var resolvers: [String]
    /// Other peers that the sender has talked to.
    package private(set) var peers: [PeerAnnouncement]

    /// Keeps of resolvers and peers as many as ``MessageLimits`` allows.
    package init(
        context: CausalContext, floor: VersionVector, lastOwn: LastOwnRecord, liveHash: UInt128,
        timestamp: HybridTimestamp, resolvers: [String] = [], peers: [PeerAnnouncement] = [], round: UInt64 = 0
    ) {
        self.round = round
        self.context = context
        self.floor = floor
        self.lastOwn = lastOwn
        self.liveHash = liveHash
        self.timestamp = timestamp
        self.peers =
            peers.count <= MessageLimits.announcedPeers ? peers : Array(peers.prefix(MessageLimits.announcedPeers))
        self.resolvers = []
        self.resolvers.reserveCapacity(min(resolvers.count, MessageLimits.resolvers))
        var bytes = 0
        for name in resolvers.prefix(MessageLimits.resolvers) {
            bytes += name.utf8.count
            guard bytes <= MessageLimits.resolverBytes else { break }
            self.resolvers.append(name)
        }
    }

    /// A hash over a context and all live records: equal when, and but for chance only when, two peers
    /// have nothing to tell each other. Beacons carry it, and `STARLING DIGEST` shows it.
    package static func stateHash(context: CausalContext, liveHash: UInt128) -> UInt128 {
        var writer = ByteWriter()
        writer.write(context)
        writer.write(liveHash)
        return SHA256.digest(of: writer.bytes).prefix(16).reduce(0) { $0 << 8 | UInt128($1) }
    }

    /// ``stateHash(context:liveHash:)`` of this digest.
    package var stateHash: UInt128 {
        Digest.stateHash(context: self.context, liveHash: self.liveHash)
    }
}
