/// What became of an attempt to parse one request.
package enum RESPParseResult: Sendable, Equatable {
    /// The request is filled in; the next one starts at `next`.
    case complete(next: Int)

    /// The request is not all there.
    ///
    /// The caller keeps everything from the offset it gave, and calls again when more has arrived. At
    /// least `needed` more bytes, 1 or more, have to arrive before it can go on; a good size for a read.
    case incomplete(needed: Int)

    /// The bytes are not a request. The caller says why and closes: there is no way to find where the
    /// next request would start.
    case failed(RESPProtocolError)
}
