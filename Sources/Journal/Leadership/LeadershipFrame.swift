/// A frame that leader mode wrote and that still counts, as a recovery finds it.
///
/// What its bytes say is leader mode's; the log keeps them, in their order among all frames.
package struct LeadershipFrame: Hashable, Sendable {
    /// What a frame says.
    package enum Kind: Hashable, Sendable, CaseIterable {
        /// A term, and a vote in it.
        case ballot
        /// Records proposed in a term.
        case entry
        /// How far entries are decided and applied.
        case commit
        /// Entries given up.
        case truncation

        var frameKind: FrameKind {
            switch self {
            case .ballot: .ballot
            case .entry: .leadershipEntry
            case .commit: .commit
            case .truncation: .truncation
            }
        }
    }

    package let kind: Kind
    /// Where the frame lies.
    package let lsn: UInt64
    package let payload: [UInt8]
}
