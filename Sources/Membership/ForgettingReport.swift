package import Causality

/// What a member holds of peers that are about to be forgotten; from then on it takes nothing more from them.
package struct ForgettingReport: Hashable, Sendable {
    /// What it holds of one of them.
    package struct Holding: Hashable, Sendable {
        /// Whose writes.
        package var peer: PeerID
        /// The sequences that its synced context has.
        package var held: SequenceSet
        /// Those among them that an earlier step declared void.
        package var voids: SequenceSet

        package init(peer: PeerID, held: SequenceSet, voids: SequenceSet) {
            self.peer = peer
            self.held = held
            self.voids = voids
        }
    }

    /// A member that the reporting one knows.
    package struct KnownMember: Hashable, Sendable {
        /// Its peer ID.
        package var peer: PeerID
        /// Its name, for people.
        package var name: String

        package init(peer: PeerID, name: String) {
            self.peer = peer
            self.name = name
        }
    }

    /// Per subject what the member holds.
    package var holdings: [Holding]
    /// All members that it knows, so that none is left out.
    package var members: [KnownMember]
    /// Why it will not have them forgotten, in words; nil if it will.
    package var objection: String?

    package init(holdings: [Holding], members: [KnownMember], objection: String? = nil) {
        self.holdings = holdings
        self.members = members
        self.objection = objection
    }
}
