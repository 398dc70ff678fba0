package import Causality

/// How far a tail has come.
package enum TailProgress: Hashable, Sendable {
    /// There is more; go on with the same cursor.
    case more
    /// Everything in this context, which is the synced one now, has been streamed or is covered by
    /// what has been. The cursor can be used again when the context has grown.
    case finished(CausalContext)
    /// The floor has moved since the snapshot began, so what was streamed is no cut: begin anew.
    case floorMoved
}
