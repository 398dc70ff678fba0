package import Causality

/// What is said about who belongs to the cluster; from version 2 of the protocol on.
///
/// It travels beside rounds and changes nothing in them, but for ``snapshotWanted``.
package enum MembershipMessage: Hashable, Sendable {
    /// Accept nothing more from these peers, and report.
    case forgetRequest(attempt: UInt64, subjects: [PeerID])
    /// What the sender holds of them.
    case forgetReport(ForgetReport)
    /// What has become of the attempt?
    case forgetQuery(attempt: UInt64)
    /// The attempt has come to nothing.
    case forgetEnd(attempt: UInt64)
    /// These were forgotten; `voids` has those of their writes that nobody has, nor ever will.
    case departed([PeerID], voids: CausalContext)
    /// The sender was forgotten and is back under another peer ID: what it is sent in the round that it opens
    /// next must be a snapshot.
    case snapshotWanted
}
