/// What the owner is asked to make durable, in the order of its numbers.
///
/// Writes go to one log, so a later one is never durable without the earlier ones: a vote is not on disk
/// unless the entries it was given for are.
package struct LogWrite: Hashable, Sendable {
    /// What becomes of the entries.
    package enum Change: Hashable, Sendable {
        /// They stay as they are: only the ballot is written.
        case none
        /// These follow the entry at `after`; whatever stood above it is given up.
        case append(after: UInt64, [LeadershipEntry])
        /// A snapshot, received beside the messages, takes the place of them all.
        case install(SnapshotHeader)
    }

    /// One more than the write's before.
    package let number: UInt64
    /// The ballot to remember; nil if the one on disk still holds.
    package let ballot: Ballot?
    package let change: Change

    package init(number: UInt64, ballot: Ballot?, change: Change) {
        self.number = number
        self.ballot = ballot
        self.change = change
    }
}
