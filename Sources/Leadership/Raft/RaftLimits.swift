package import Platform

/// Bounds and times of leader mode. All members of a cluster MUST use the same times.
package struct RaftLimits: Hashable, Sendable {
    /// The least silence of a leader after which a member stands, or votes for another.
    package var election = Delay.milliseconds(250)
    /// Up to so much more, drawn for each wait.
    package var electionSpread = Delay.milliseconds(150)
    /// Between two heartbeats; several fit into the least silence.
    package var heartbeat = Delay.milliseconds(50)
    /// How long a leader answers reads alone after a majority has heard from it. Less than ``election`` by as
    /// much as the clocks of two members may differ in rate over that time: a fifth.
    package var lease = Delay.milliseconds(200)
    /// Unanswered entries are sent again after so long.
    package var resend = Delay.milliseconds(150)
    /// A snapshot that brings no answer for so long is begun again.
    package var snapshot = Delay.seconds(60)
    /// Entries in one message.
    package var messageEntries = 256
    /// Bytes of entries that one message aims at; an entry alone may be larger.
    package var messageBytes: UInt64 = 256 * 1024
    /// Entries on their way to one follower without an answer: the credit it grants.
    package var windowEntries: UInt64 = 4096
    /// Bytes of entries on their way to one follower without an answer.
    package var windowBytes: UInt64 = 4 * 1024 * 1024
    /// Whether a leader sends only entries that are on its own disk; otherwise it sends them while they are written.
    package var sendsDurableOnly = false
    /// Proposals that wait for their acknowledgement.
    package var proposals = 65_536
    /// Reads that wait for a majority.
    package var reads = 65_536
    /// Messages that wait for a ballot to be on disk; the oldest are given up, as a network may do.
    package var held = 1024

    /// The usual bounds.
    package init() {}
}
