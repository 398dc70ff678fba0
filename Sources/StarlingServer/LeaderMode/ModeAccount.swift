import Causality
import Leadership
import Platform
import Replication

/// Leader mode as one node sees it, for all its faces.
struct ModeAccount {
    /// What part a member plays, as far as this node knows.
    enum Role: String {
        /// One of a leaderless cluster.
        case peer
        case leader
        case follower
        /// It asks for votes.
        case candidate
        /// It has no vote yet.
        case learner
    }

    struct Member {
        var name: String
        var id: PeerID
        /// Where clients reach it; nil while that is not known.
        var address: NetworkAddress?
        var role: Role
        var isVoter: Bool
        var isReachable: Bool
        var isSelf: Bool
        /// The last entry that is known to be on its disk; nil if this node cannot know.
        var match: UInt64?
        /// Entries that it is not known to have; nil if this node cannot know.
        var lag: UInt64?
    }

    /// `leaderless`, `switching` or `leader`.
    let mode: String
    /// The part that this node plays.
    let role: Role
    /// 0 without leader mode.
    let term: UInt64
    /// Who leads, if that is known.
    let leader: (peer: PeerID, name: String, address: NetworkAddress)?
    /// The number of the last entry that is decided, of the last that is applied here, and of the last one here.
    let decided: (commit: UInt64, applied: UInt64, last: UInt64)
    /// All members, this node among them, by name; of a leaderless cluster all that have introduced themselves.
    let members: [Member]

    init(_ replica: Replica) {
        self.init(replica, replica.status())
    }

    /// - Parameter status: the replica's, of this turn.
    init(_ replica: Replica, _ status: ReplicaStatus) {
        let own = status.id
        var role = Role.peer
        var term: UInt64 = 0
        var voters: [PeerID] = []
        var learners: [PeerID] = []
        switch replica.mode {
        case .leaderless: self.mode = "leaderless"
        case .switching: self.mode = "switching"
        case .leader(let standing, let electors, let others):
            self.mode = "leader"
            term = standing.term.rawValue
            (voters, learners) = (electors, others)
            role = Self.role(of: standing, isVoter: electors.contains(own))
        }
        self.role = role
        self.term = term
        self.leader = replica.leader
        let decided = replica.decided
        self.decided = decided
        let progress = replica.followers
        let leaderPeer = self.leader?.peer
        let isLeaderMode = self.mode == "leader"
        let known = isLeaderMode ? voters + learners : [own] + status.peers.compactMap(\.id)
        self.members = known.map { id in
            let peer = status.peers.first { $0.id == id }
            let isSelf = id == own
            let isVoter = voters.contains(id)
            let other: Role = id == leaderPeer ? .leader : isVoter ? .follower : .learner
            let match = isSelf ? decided.last : progress.first { $0.peer == id }?.match
            return Member(
                name: isSelf ? status.name : Self.name(of: peer, id), id: id,
                address: isSelf ? status.address : peer?.address,
                role: !isLeaderMode ? .peer : isSelf ? role : other, isVoter: isVoter,
                isReachable: isSelf || peer?.isReachable ?? false, isSelf: isSelf,
                match: isLeaderMode ? match : nil,
                lag: Self.lag(peer, match: match, last: decided.last, isLeaderMode: isLeaderMode, isSelf: isSelf))
        }.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }

    /// Members other than the leader.
    var followers: [Member] {
        self.members.filter { $0.role != .leader }
    }

    private static func role(of standing: RaftStanding, isVoter: Bool) -> Role {
        switch standing {
        case .leader: .leader
        case .follower: isVoter ? .follower : .learner
        case .preCandidate, .candidate: .candidate
        }
    }

    private static func name(of peer: ReplicaStatus.Peer?, _ id: PeerID) -> String {
        guard let peer, !peer.name.isEmpty else { return id.description }
        return peer.name
    }

    private static func lag(
        _ peer: ReplicaStatus.Peer?, match: UInt64?, last: UInt64, isLeaderMode: Bool, isSelf: Bool
    ) -> UInt64? {
        guard isLeaderMode else { return isSelf ? 0 : peer?.missing }
        return match.map { last - min(last, $0) }
    }
}
