/// Why a change feed tells no more.
package enum ChangeFeedError: Error, Sendable {
    /// Deletes that the reader has not been told of are forgotten here: it would keep what is gone. It
    /// MUST begin anew, with nothing.
    case outdated
    /// The log cannot be read, or will sync no more.
    case replica(ReplicaError)
    /// The node ends.
    case closed
}
