/// What must hold in every simulation, by the names that violations carry.
package enum Invariant: String, Sendable {
    /// No write that was acknowledged as durable is lost.
    case durability
    /// Nodes that have exchanged everything are equal, and so is what their readers see.
    case convergence
    /// What was replaced or deleted does not return.
    case resurrection
    /// A dot names one content, ever and everywhere, and what was written under it.
    case oneContent = "one dot, one content"
    /// What a context claims is held, or a successor of it is.
    case claim
    /// Positions and sequences of one identity only grow.
    case growth
    /// A restart finds a prefix of what was written, with all that was synced.
    case recovery
    /// A batch is seen whole or not at all.
    case batch
    /// Counters count every increment once.
    case counter
    /// What peers are believed to hold durably, they hold.
    case watermark
    /// A client reads what it was told is written, or something newer.
    case session
    /// What was added is there unless somebody who saw it took it out.
    case cart
    /// A reader sees what is live and not expired, in whatever way it looks.
    case visibility
    /// A condition and its write are one step.
    case condition
    /// A scan meets what is there all the time, once, in order.
    case scan
    /// Who has seen the same holds the same.
    case equality
    /// What is concurrent is shown as a conflict, and nothing else is.
    case conflict
    /// Tombstones go once every member is known to hold them.
    case tombstone
    /// Resolvers are pure, whatever the order, and do what their names say.
    case resolver
    /// A change feed tells everything durable, in order per key, nothing twice.
    case feed
    /// One reply per request, in order.
    case reply
    /// Bounded queues stay within their bounds.
    case queue
    /// A backup restores to what was synced when it was begun, whatever went on meanwhile.
    case backup
    /// A cluster with nothing to do keeps no queue, waiter, stream or file that it does not need.
    case rest
    /// Damaged bytes are refused by the name of their file, or read around; they are never served.
    case damage
    /// What clients of a cluster in leader mode saw could have been done one request after the other, each while it was
    /// under way.
    case linearizability
    /// Once everything is mended, the cluster becomes equal in bounded time.
    case liveness
}
