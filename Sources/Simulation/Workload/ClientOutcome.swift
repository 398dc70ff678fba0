package import Replication

/// What a simulated client's request came to.
package enum ClientOutcome: Sendable {
    /// The write was accepted; the index of its record in the history, of the last for a batch.
    case written(Int)
    /// There was nothing to do, as for a delete of a key that nobody sees.
    case nothing
    /// The log had no room at the moment; try again later.
    case busy
    case refused(ReplicaError)
    /// The node is down, paused, or does not serve yet.
    case unavailable
}
