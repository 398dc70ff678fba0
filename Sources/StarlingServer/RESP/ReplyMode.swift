/// Which replies a client wants, chosen by `CLIENT REPLY`.
enum ReplyMode {
    case on
    case off
    /// Neither the one of `CLIENT REPLY SKIP` nor that of the command behind it.
    case skippingNext
}
