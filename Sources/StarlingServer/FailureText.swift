import Replication

/// What a client is told of a write whose outcome is not known.
enum FailureText {
    static func of(_ failure: HeldFailure) -> String {
        switch failure {
        case .storage: "ERR the log could not be synced: this write is not acknowledged; see STARLING STATUS"
        case .leadership:
            "ERR this node does not lead any more: whether this write will be applied is not known; read it again"
        }
    }
    /// The answer to a request for the store of a node that heals. Clients know the prefix, and try again.
    static let healing = "LOADING this node's log was damaged, and it is given what its peers hold before it serves"
}
