package import Causality

/// A member's report of what it holds of peers that are about to be forgotten.
package struct ForgetReport: Hashable, Sendable {
    /// A member that the reporting one knows.
    package struct KnownMember: Hashable, Sendable {
        /// Its peer ID.
        package var peer: PeerID
        /// Its name.
        package var name: String

        package init(peer: PeerID, name: String) {
            self.peer = peer
            self.name = name
        }
    }

    /// The attempt that it belongs to.
    package var attempt: UInt64
    /// What the sender's synced context has of the subjects' writes.
    package var held: CausalContext
    /// Those among them that an earlier attempt declared void.
    package var voids: CausalContext
    /// All members that the sender knows, at most ``MessageLimits/knownMembers``.
    package var members: [KnownMember]
    /// Why the sender objects, in words; empty if it does not. At most ``MessageLimits/refusalText`` bytes.
    package var objection: String

    package init(
        attempt: UInt64, held: CausalContext, voids: CausalContext, members: [KnownMember], objection: String = ""
    ) {
        self.attempt = attempt
        self.held = held
        self.voids = voids
        self.members = members
        self.objection = Refusal(.other, objection).text
    }
}
