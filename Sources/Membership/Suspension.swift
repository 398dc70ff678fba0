package import Causality

/// A promise to accept nothing more from a peer until whoever asked for it says what has become of it.
package struct Suspension: Hashable, Sendable {
    /// Whom it is about.
    package var peer: PeerID
    /// The attempt to forget it, a random number.
    package var attempt: UInt64
    /// Who makes the attempt.
    package var coordinator: PeerID

    package init(peer: PeerID, attempt: UInt64, coordinator: PeerID) {
        self.peer = peer
        self.attempt = attempt
        self.coordinator = coordinator
    }
}
