package import Journal

/// Why a replica refused a request.
package enum ReplicaError: Error, Sendable {
    /// The log has no room allocated at the moment; the request has had no effect and will succeed
    /// when it is tried again after the next storage event.
    case busy
    /// The value is not what the operation needs, in words for the client.
    case notAnInteger
    /// The sum is beyond 64 bits.
    case outOfRange
    /// A key, value or batch is longer than its bound.
    case tooLarge(what: String, length: Int, limit: Int)
    /// The key has as many siblings as a key may have.
    case tooManySiblings(limit: Int)
    /// Links may be cut on purpose only where the configuration allows it.
    case faultsNotAllowed
    /// A backup is not made.
    case backup(BackupRefusal)
    /// A scan cannot be begun, or not go on.
    case scan(CutError)
    /// Peers were not forgotten, for this reason; nothing has changed.
    case cannotForget(String)
    /// The disk has fewer bytes free than clients' writes must leave. Writing resumes when it has.
    case belowFloor(free: UInt64, minimum: UInt64)
    /// Leader mode does not let it be done here, or now.
    case leadership(LeaderModeRefusal)
    /// The log refused.
    case journal(JournalError)
}
