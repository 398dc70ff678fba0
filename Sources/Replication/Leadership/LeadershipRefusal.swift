package import Journal
package import Leadership

/// Why a member in leader mode does not take a request. Nothing of it has happened.
package enum LeadershipRefusal: Error, Sendable {
    /// The decider's reason: mostly that another node leads.
    case proposal(ProposalRefusal)
    /// This node leads, but has not applied yet what was decided before: ask again shortly.
    case catchingUp
    /// Leader mode is coming to an end: ask again shortly.
    case ending
    /// The log's reason.
    case journal(JournalError)
}
