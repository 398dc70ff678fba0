public import Causality
import Leadership
import Platform
package import Replication

/// How a cluster takes writes, as one node sees it.
public struct NodeMode: Hashable, Sendable {
    /// What a cluster can be asked to be.
    public enum Kind: Hashable, Sendable {
        /// Every node takes writes.
        case leaderless
        /// One node gives all writes one order.
        case leader
    }

    /// What part a node plays.
    public enum Role: Hashable, Sendable {
        /// One of a leaderless cluster.
        case peer
        case leader
        case follower
        /// It asks for votes.
        case candidate
        /// It has no vote yet.
        case learner
    }

    /// Who leads, and where clients reach it.
    public struct Leader: Hashable, Sendable {
        /// Its peer ID.
        public var peer: PeerID
        /// What people call it.
        public var name: String
        /// `HOST:PORT`.
        public var address: String
    }

    /// Which it is; while it is being founded ``Kind/leaderless``.
    public var kind: Kind
    /// Whether leader mode is being founded: writes wait.
    public var isSwitching: Bool
    /// The part that this node plays.
    public var role: Role
    /// The term that this node knows of; 0 without leader mode.
    public var term: UInt64
    /// nil while nobody is known to lead.
    public var leader: Leader?
    /// Members with a vote, this node among them if it has one; empty without leader mode.
    public var voters: [PeerID]
    /// Members that have none yet.
    public var learners: [PeerID]

    package init(_ replica: Replica) {
        self.kind = .leaderless
        self.isSwitching = false
        self.role = .peer
        self.term = 0
        self.voters = []
        self.learners = []
        switch replica.mode {
        case .leaderless: break
        case .switching: self.isSwitching = true
        case .leader(let standing, let voters, let learners):
            self.kind = .leader
            self.term = standing.term.rawValue
            self.voters = voters
            self.learners = learners
            switch standing {
            case .leader: self.role = .leader
            case .follower: self.role = learners.contains(replica.status().id) ? .learner : .follower
            case .preCandidate, .candidate: self.role = .candidate
            }
        }
        self.leader = replica.leader.map { Leader(peer: $0.peer, name: $0.name, address: $0.address.description) }
    }
}
