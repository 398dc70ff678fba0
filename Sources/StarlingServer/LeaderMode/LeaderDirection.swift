import Causality
import Journal
import Leadership
import Platform
import Replication

/// Where the requests go that this node does not take in leader mode, in words for its clients.
struct LeaderDirection {
    /// What was asked for.
    enum Asked {
        case read
        case write
        /// What only the leader does.
        case leading
    }

    private let replica: Replica

    init(_ replica: Replica) {
        self.replica = replica
    }

    /// Where clients reach the leader; nil while that is not known, or if this node leads.
    var address: NetworkAddress? {
        guard let leader = self.replica.leader, leader.peer != self.replica.journal.identity.peer else { return nil }
        return leader.address
    }

    /// The refusal in words for a client of the Redis protocol, its prefix first.
    ///
    /// - Parameter followsRedirects: whether the client has said that it goes where it is sent.
    func replyText(for refusal: LeaderModeRefusal, asked: Asked, followsRedirects: Bool) -> String {
        switch refusal {
        case .notLeader:
            guard let leader = self.replica.leader else { return self.noLeaderText }
            if followsRedirects { return "REDIRECT \(leader.address)" }
            let what =
                switch asked {
                case .read: "answers reads only after READ LOCAL"
                case .write: "does not take writes"
                case .leading: "cannot do that"
                }
            return "READONLY follower \(self.replica.configuration.name) \(what); "
                + "leader is \(leader.name) at \(leader.address)"
        case .noLeader: return self.noLeaderText
        case .notNow, .limit, .impossible: return refusal.replyText
        }
    }

    /// The refusal as the plaintext protocol words it.
    func plainText(for refusal: LeaderModeRefusal) -> String {
        switch refusal {
        case .notLeader, .noLeader: self.address.map { "ERR NOT_LEADER \($0)" } ?? "ERR NO_LEADER"
        case .notNow, .limit, .impossible: "ERR \(refusal.replyText)"
        }
    }

    private var noLeaderText: String {
        let account = ModeAccount(self.replica)
        let voters = account.members.filter(\.isVoter)
        let reachable = voters.count(where: \.isReachable)
        let needed = voters.count / 2 + 1
        guard reachable < needed else {
            return "TRYAGAIN no leader: an election is under way (term \(account.term)), usually shorter than a second"
        }
        return "CLUSTERDOWN no leader: \(reachable) of \(voters.count) peers reachable, \(needed) needed. "
            + "Retry, or read stale with READ LOCAL"
    }
}
