/// What a read promises in leader mode. Without it every read is of what this node has.
public enum ReadConsistency: Hashable, Sendable {
    /// The read sees every write that was acknowledged before it began, wherever. Only the leader answers.
    case linearizable
    /// The read sees what this node has, however old. Every node answers, also without a leader.
    case local
}
