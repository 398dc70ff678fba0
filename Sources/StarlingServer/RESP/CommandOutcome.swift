/// What a command asks of the session after it has replied.
enum CommandOutcome {
    case done
    /// The reply comes later; the connection will be resumed.
    case suspended
    /// Close when the replies have left.
    case finished
}
