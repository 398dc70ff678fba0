package import Causality

/// Why a proposal, a read or a change was not taken. Nothing of it has happened.
package enum ProposalRefusal: Error, Hashable, Sendable {
    /// Another node leads, or nobody that this node knows of: ask there, or later.
    case notLeader(PeerID?)
    /// Leadership is being handed over: ask again shortly.
    case transferring
    /// Too much is waiting already: ask again later.
    case tooMany
    /// The entry is larger than may be sent.
    case tooLarge
    /// A change of members waits for the one before it to be committed, or for the term's first entry.
    case changePending
    /// The change changes nothing, or leaves nobody who votes.
    case impossibleChange
    /// The peer is not a voter, or is this node itself.
    case notAVoter(PeerID)
}
