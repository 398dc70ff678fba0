import Causality
import Leadership

/// Something about leader mode that its owner is to tell of.
enum LeaderModeEvent {
    /// It was founded, or this node was taken in.
    case entered(era: UInt64)
    /// It is over, for the reason.
    case left(reason: String)
    case becomes(RaftStanding)
    case splitBrain(SplitBrain)
    /// The attempt of a person to found it came to nothing.
    case notFounded(reason: String)
    /// This member takes no part any more, for the reason.
    case failed(String)
    /// Records that were given up are written again, as siblings.
    case revived(Int)
}
