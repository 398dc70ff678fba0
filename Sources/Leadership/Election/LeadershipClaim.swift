package import Causality
package import Platform

/// That a peer acted as leader in a term, and when this node was shown it.
package struct LeadershipClaim: Hashable, Sendable {
    package let leader: PeerID
    package let term: Term
    /// When this node first had it shown, by this node's monotonic clock.
    package let first: Instant
    /// When last.
    package internal(set) var last: Instant
}
