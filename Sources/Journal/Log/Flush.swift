/// A commit job under way: what it writes, and what is true when it has ended well.
struct Flush {
    var id: UInt64
    var stretches: [Stretch]
    var endLSN: UInt64
    /// Whether everything up to ``endLSN`` is durable at the job's end.
    var syncs: Bool
    /// The causal state of everything up to ``endLSN``.
    var state: CausalState
    /// False from when the system has refused it until it is done once more.
    var isUnderWay = true
}
