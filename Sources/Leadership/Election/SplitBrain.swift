/// Evidence that two nodes acted as leader at once: the claim of the lower term was still being made after
/// that of the higher had begun.
package struct SplitBrain: Hashable, Sendable {
    /// The one that is fenced: nobody who knows the other's term takes anything from it.
    package let fenced: LeadershipClaim
    /// The one that holds. Of the same term only if a rule of the protocol was broken.
    package let standing: LeadershipClaim
}
