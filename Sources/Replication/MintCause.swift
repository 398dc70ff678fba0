/// Why a running node takes a new peer ID.
package enum MintCause: Int, Sendable, CaseIterable {
    /// A peer has heard of more of this node's writes than it knows itself: its log has gone back.
    case peersKnowMore
    /// A peer holds another content of a write of this node.
    case otherContent
    /// Another running node has the same peer ID, and this one has just started.
    case twin
    /// The others have forgotten this node.
    case forgotten
}
