package import Causality

/// A peer that was forgotten: it comes back as a new one or not at all.
package struct ForgottenPeer: Hashable, Sendable {
    /// Who it was. Only the ID, if that is all that was known of it.
    package var peer: RosterMemory.Peer
    /// Its sequences that were declared void: no member has them, and none ever will.
    package var voids: SequenceSet

    package init(peer: RosterMemory.Peer, voids: SequenceSet) {
        self.peer = peer
        self.voids = voids
    }
}
