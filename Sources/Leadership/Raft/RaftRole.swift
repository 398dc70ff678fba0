import Causality

/// The part a node plays, with what it needs for it.
enum RaftRole: Sendable {
    case follower(Following)
    /// Asks whether others would vote for it; its term has not changed (thesis, section 9.6).
    case preCandidate(Tally)
    case candidate(Tally, isTransfer: Bool)
    case leader(Leading)
}

/// What a follower knows of its leader.
struct Following: Sendable {
    var leader: PeerID?
    /// The latest round heard of it.
    var round: UInt64 = 0
    /// Entries up to here are known to be the leader's too.
    var verified: UInt64
}
