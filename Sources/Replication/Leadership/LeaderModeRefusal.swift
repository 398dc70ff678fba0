package import Causality

/// Why a request is not taken in leader mode, or leader mode not entered or left. Nothing of it has happened.
package enum LeaderModeRefusal: Error, Hashable, Sendable {
    /// Another node leads.
    case notLeader(PeerID)
    /// Nobody leads that this node knows of.
    case noLeader
    /// Ask again shortly: what was decided before is still being applied, or the mode is changing.
    case notNow
    /// Too much is under way, or too large.
    case limit(String)
    /// What was asked for is so already, or cannot be now.
    case impossible(String)
}
