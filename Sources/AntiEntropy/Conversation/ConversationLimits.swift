package import Platform

/// Bounds on one conversation.
package struct ConversationLimits: Hashable, Sendable {
    /// From the connection to the end of greetings and proofs.
    package var handshake = Delay.seconds(5)
    /// How long the other side may be silent while it is its turn.
    package var progress = Delay.seconds(10)
    /// How long to stay connected after a round, in case there is more.
    package var linger = Delay.seconds(1)
    /// How long a connection that leader mode keeps may be silent between rounds before it is given up.
    package var kept = Delay.seconds(2)
    /// How long to wait for the answer to a goodbye.
    package var parting = Delay.seconds(1)
    /// After this much no further round begins.
    package var duration = Delay.seconds(300)
    /// After so many rounds none begins.
    package var rounds: UInt64 = 10_000
    /// Bytes of records that may be under way to a receiver that has not taken them in. Both sides of
    /// a conversation MUST use the same, so it is not for configuration.
    package var window = 1024 * 1024
    /// Bytes of records to ask the owner for at a time; at most a quarter of the window.
    package var batch = MessageLimits.recordsPayload

    /// The usual bounds.
    package init() {}
}
