package import Causality
package import Platform

extension Roster {
    /// What has changed, or is to be done.
    package enum Action: Hashable, Sendable {
        /// Resolve this name, then call ``Roster/resolved(_:to:at:)`` or
        /// ``Roster/resolutionFailed(_:reason:at:)``.
        case resolve(NetworkAddress)
        /// There is a new member to talk to.
        case found(Member.ID)
        /// The member is gone.
        case removed(Member.ID)
        /// The first turned out to be the second, and is gone.
        case collapsed(Member.ID, into: Member.ID)
        /// The member has become reachable.
        case connected(Member.ID)
        /// The member has become unreachable.
        case disconnected(Member.ID, reason: String)
        /// A peer ID was learned from its holder.
        case joined(PeerID)
        /// A peer ID is gone for good: its holder has a new one.
        case replaced(PeerID, by: PeerID)
        /// A peer ID is gone for good: it was forgotten.
        case departed(PeerID)
    }
}
