/// What came of leaving a message in a ``Mailbox``.
package enum MailboxPosting: Hashable, Sendable {
    case posted
    /// As many messages as may are waiting.
    case full
    /// Nobody takes messages any more.
    case closed
}
