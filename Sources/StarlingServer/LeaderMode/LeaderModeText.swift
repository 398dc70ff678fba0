import Replication

extension LeaderModeRefusal {
    /// The refusal in words for a client that is not told where the leader is, its prefix first.
    var replyText: String {
        switch self {
        case .notLeader(let peer): "READONLY this node follows; the leader is peer \(peer)"
        case .noLeader: "CLUSTERDOWN no leader is known; retry, or read what is here with READ LOCAL"
        case .notNow: "TRYAGAIN the mode or the leader is changing"
        case .limit(let what): "ERR \(what)"
        case .impossible(let what): "ERR \(what)"
        }
    }
}
