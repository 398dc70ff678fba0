import Leadership

/// Something that happens in the cluster at a time.
enum ClusterEvent {
    /// A message arrives, with the state that a snapshot offer is about.
    case delivery(from: Int, to: Int, RaftMessage, state: StateMachine?)
    /// A write has reached the disk.
    case written(node: Int, incarnation: Int, number: UInt64)
    /// A node asked to be woken.
    case wake(node: Int, incarnation: Int)
    /// A client asks for something.
    case client
    /// Something breaks, or is mended.
    case fault
    case restart(node: Int)
    case resume(node: Int)
}
