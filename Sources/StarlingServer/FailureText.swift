/// What a client is told of a write that the disk did not take.
enum FailureText {
    static let notAcknowledged =
        "ERR the log could not be synced: this write is not acknowledged; see STARLING STATUS"
    /// The answer to a request for the store of a node that heals. Clients know the prefix, and try again.
    static let healing = "LOADING this node's log was damaged, and it is given what its peers hold before it serves"
}
