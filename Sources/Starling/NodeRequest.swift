/// Work that a caller asks the node's thread to do.
struct NodeRequest: Sendable {
    /// Does it and returns true; or false, without effect, when it must be tried again later.
    var run: @Sendable (NodeLoop) -> Bool
    /// The turn in which it was first asked for; nil before.
    var askedTurn: UInt64?
    /// Answers the caller when the node ends first.
    var refuse: @Sendable (NodeError) -> Void
}
