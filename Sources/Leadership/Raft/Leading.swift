import Causality
import Platform

/// What a leader keeps while it leads.
struct Leading: Sendable {
    /// Where leadership is being handed to.
    struct Transfer: Sendable {
        let successor: PeerID
        let deadline: Instant
        /// Whether it has been told to stand.
        var isSent: Bool
    }

    /// The first entry of this leader's own term.
    let firstIndex: UInt64
    let electedAt: Instant
    /// All other members, by peer.
    var followers: [FollowerProgress] = []
    var rounds = HeartbeatRounds()
    var heartbeatDue: Instant
    var proposals = ProposalQueue()
    var reads = ReadQueue()
    var transfer: Transfer?
    /// A successor may have been told to stand without waiting for silence, now or at any later time: silence no
    /// longer protects a lease, for as long as this term lasts.
    var hasForfeitedLease = false

    init(firstIndex: UInt64, at now: Instant) {
        self.firstIndex = firstIndex
        self.electedAt = now
        self.heartbeatDue = now
    }

    func place(of peer: PeerID) -> Int? {
        self.followers.firstIndex { $0.peer == peer }
    }

    func progress(of peer: PeerID) -> FollowerProgress? {
        self.followers.first { $0.peer == peer }
    }

    /// Follows exactly these members, keeping what is known of them.
    mutating func follow(_ peers: [PeerID], next: UInt64, at now: Instant) {
        self.followers = peers.sorted().map { peer in
            self.progress(of: peer) ?? FollowerProgress(peer: peer, next: next, at: now)
        }
    }

    /// The latest round that a majority has answered, counting the leader itself if it votes.
    func confirmedRound(among electorate: Electorate, leader: PeerID) -> UInt64 {
        electorate.reachedByMajority { voter in
            voter == leader ? self.rounds.latest : self.progress(of: voter)?.round ?? 0
        } ?? 0
    }

    /// When a majority had last been heard from.
    func heardFromMajority(among electorate: Electorate, leader: PeerID, at now: Instant) -> Instant {
        electorate.reachedByMajority { voter in
            voter == leader ? now : self.progress(of: voter)?.heardAt ?? self.electedAt
        } ?? self.electedAt
    }

    /// Until when this leader may answer reads alone: nobody of a majority votes for another before.
    func leaseEnd(among electorate: Electorate, leader: PeerID, lease: Delay, at now: Instant) -> Instant? {
        guard !self.hasForfeitedLease else { return nil }
        if electorate.voters == [leader] { return .distantFuture }
        let round = self.confirmedRound(among: electorate, leader: leader)
        return self.rounds.start(of: round).map { $0 + lease }
    }
}
