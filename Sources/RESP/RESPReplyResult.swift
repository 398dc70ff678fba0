/// What became of an attempt to parse one reply.
package enum RESPReplyResult: Sendable, Equatable {
    /// The reply is complete; what follows it starts at `next`.
    case complete(RESPValue, next: Int)

    /// The reply is not all there.
    ///
    /// What lies before `next` has been taken in and may be dropped; the next call starts there.
    case incomplete(next: Int)

    /// The bytes are not a reply. The caller closes the connection.
    case failed(RESPReplyError)
}
