/// Finds the requests in the bytes that a client sends.
///
/// Arguments are not copied: a request is a list of ranges in the caller's buffer. A request that arrives
/// in pieces is taken up where its last piece ended, so the whole costs time in proportion to its bytes
/// however small the pieces are. One parser belongs to one connection.
///
/// Legal transitions:
/// - `idle → multibulk` when a request's number of arguments is known and the rest is not all there
/// - `idle → line` when an inline request's line end is not there
/// - any state `→ idle` when the request is complete or has failed
package struct RESPRequestParser: Sendable {
    /// How far the request at the caller's offset has been read.
    enum Progress: Sendable {
        /// Nothing is known of it.
        case idle
        /// Some of its arguments are in `pending`.
        case multibulk(Multibulk)
        /// An inline request; that many bytes from the offset hold no line end.
        case line(scanned: Int)
    }

    /// Where a multibulk request stopped. Positions count as if the request still started at `origin`.
    struct Multibulk: Sendable {
        /// The offset of the request when its first bytes were parsed.
        var origin: Int
        /// The position of the next thing to read.
        var position: Int
        /// The arguments still to come, 1 or more.
        var remaining: Int
        /// The length of the argument that starts at `position`, or nil if its length is to be read there.
        var length: Int?
    }

    /// The bounds on a request.
    package let limits: RESPLimits

    var progress = Progress.idle

    /// The arguments found so far of a request that is not complete, in the same coordinates as
    /// ``Multibulk/position``. It changes places with the request's array, so neither is copied.
    private var pending: [Range<Int>] = []

    /// Creates a parser for one connection.
    package init(limits: RESPLimits) {
        self.limits = limits
    }

    /// Parses the request that starts at `offset` in `bytes`.
    ///
    /// After ``RESPParseResult/incomplete(needed:)`` the next call must be given the same bytes and more
    /// of them; their place in the buffer, `offset`, may have changed.
    ///
    /// A request without arguments (`*0` or `*-1`) is complete and empty: it gets no reply. A first byte
    /// other than `*` fails; ``parseInline(_:from:into:)`` is for callers who allow such requests.
    ///
    /// - Precondition: `0 <= offset <= bytes.count`.
    /// - Complexity: O(*a*) in the arguments that the bytes complete. Nothing is allocated once the
    ///   request's array has grown to the usual number of arguments.
    package mutating func parse(
        _ bytes: borrowing Span<UInt8>, from offset: Int, into request: inout RESPRequest
    ) -> RESPParseResult {
        precondition(offset >= 0 && offset <= bytes.count, "offset \(offset) outside of \(bytes.count) bytes")
        switch self.progress {
        case .multibulk(let stopped):
            swap(&self.pending, &request.arguments)
            RESPRequest.clear(&self.pending)
            self.progress = .idle
            return self.parseArguments(bytes, from: offset, at: stopped, into: &request)
        case .idle, .line:
            self.progress = .idle
            request.removeAll()
            return self.parseCount(bytes, from: offset, into: &request)
        }
    }

    /// Reads a request's number of arguments, and then the arguments.
    @inline(__always)
    private mutating func parseCount(
        _ bytes: borrowing Span<UInt8>, from offset: Int, into request: inout RESPRequest
    ) -> RESPParseResult {
        guard offset < bytes.count else { return .incomplete(needed: 1) }
        guard bytes[offset] == UInt8(ascii: "*") else { return .failed(.expectedMultibulk(got: bytes[offset])) }
        switch LengthLine.read(bytes, at: offset + 1) {
        case .number(let count, let next):
            guard count <= self.limits.maximumArguments else { return .failed(.invalidMultibulkLength) }
            guard count > 0 else { return .complete(next: next) }
            let start = Multibulk(origin: offset, position: next, remaining: count, length: nil)
            return self.parseArguments(bytes, from: offset, at: start, into: &request)
        case .incomplete:
            return .incomplete(needed: 1)
        case .malformed:
            return .failed(.invalidMultibulkLength)
        case .tooLong:
            return .failed(.multibulkLengthTooLong)
        }
    }

    /// Reads the arguments from where `stopped` says.
    ///
    /// - Complexity: O(*a*) in the arguments read, and in all of the request's if it has moved since its
    ///   first bytes were parsed and is complete now.
    private mutating func parseArguments(
        _ bytes: borrowing Span<UInt8>, from offset: Int, at stopped: Multibulk, into request: inout RESPRequest
    ) -> RESPParseResult {
        let shift = offset - stopped.origin
        let end = offset + self.limits.maximumRequestLength
        var position = stopped.position + shift
        var remaining = stopped.remaining
        var known = stopped.length
        while remaining > 0 {
            let length: Int
            if let found = known {
                length = found
                known = nil
            } else {
                switch Self.readBulkLength(bytes, at: position, limits: self.limits) {
                case .number(let found, let next):
                    length = found
                    position = next
                case .incomplete:
                    let here = Multibulk(
                        origin: stopped.origin, position: position - shift, remaining: remaining, length: nil)
                    return self.suspend(at: here, needed: 1, request: &request)
                case .failed(let error):
                    return .failed(error)
                }
                guard position + length + 2 <= end else { return .failed(.requestTooLong) }
            }
            let bulkEnd = position + length
            guard bulkEnd + 2 <= bytes.count else {
                let here = Multibulk(
                    origin: stopped.origin, position: position - shift, remaining: remaining, length: length)
                return self.suspend(at: here, needed: bulkEnd + 2 - bytes.count, request: &request)
            }
            guard bytes[bulkEnd] == ASCII.carriageReturn, bytes[bulkEnd + 1] == ASCII.lineFeed else {
                return .failed(.missingLineEnd)
            }
            request.arguments.append((position - shift)..<(bulkEnd - shift))
            position = bulkEnd + 2
            remaining -= 1
        }
        if shift != 0 {
            for index in request.arguments.indices {
                let range = request.arguments[index]
                request.arguments[index] = (range.lowerBound + shift)..<(range.upperBound + shift)
            }
        }
        return .complete(next: position)
    }

    /// Takes the request's arguments into `pending` until more bytes come.
    private mutating func suspend(
        at here: Multibulk, needed: Int, request: inout RESPRequest
    ) -> RESPParseResult {
        swap(&self.pending, &request.arguments)
        self.progress = .multibulk(here)
        return .incomplete(needed: needed)
    }

    /// What was found where an argument's length should be.
    private enum BulkLength {
        case number(Int, next: Int)
        case incomplete
        case failed(RESPProtocolError)
    }

    @inline(__always)
    private static func readBulkLength(
        _ bytes: borrowing Span<UInt8>, at position: Int, limits: RESPLimits
    ) -> BulkLength {
        guard position < bytes.count else { return .incomplete }
        guard bytes[position] == UInt8(ascii: "$") else { return .failed(.expectedBulk(got: bytes[position])) }
        switch LengthLine.read(bytes, at: position + 1) {
        case .number(let length, let next):
            guard length >= 0, length <= limits.maximumBulkLength else { return .failed(.invalidBulkLength) }
            return .number(length, next: next)
        case .incomplete:
            return .incomplete
        case .malformed:
            return .failed(.invalidBulkLength)
        case .tooLong:
            return .failed(.bulkLengthTooLong)
        }
    }
}
