import RESP

/// The Redis protocol, read by both sides.
enum RESPFuzzing {
    /// The first byte says how the rest is cut into pieces.
    static func run(_ bytes: [UInt8]) throws {
        var input = FuzzInput(bytes)
        let seed = input.byte()
        let rest = Array(input.rest)
        try self.compareRequests(rest, seed: max(seed, 1))
        try self.compareReplies(rest, seed: max(seed, 1))
        try self.serve(rest, seed: seed)
    }

    /// Requests are the same however the bytes arrive, and mean the same when they are encoded again.
    private static func compareRequests(_ bytes: [UInt8], seed: UInt8) throws {
        let whole = try self.requests(in: [bytes])
        let pieces = try self.requests(in: FuzzInput.pieces(of: bytes, seed: seed))
        try FuzzFinding.unless(whole == pieces, "whole \(whole), in pieces \(pieces)")
        for arguments in whole.requests {
            var encoded: [UInt8] = []
            RESPRequest.encode(arguments, into: &encoded)
            let again = try self.requests(in: [encoded])
            try FuzzFinding.unless(again == Requests(requests: [arguments]), "\(arguments) comes back as \(again)")
        }
    }

    private struct Requests: Equatable {
        var requests: [[[UInt8]]] = []
        var error: RESPProtocolError?
    }

    private static func requests(in pieces: [[UInt8]]) throws -> Requests {
        var parser = RESPRequestParser(limits: RESPLimits(maximumInlineLength: 1024, maximumRequestLength: 1 << 20))
        var found = Requests()
        var request = RESPRequest()
        var buffer: [UInt8] = []
        for piece in pieces {
            buffer += piece
            var offset = 0
            parsing: while true {
                let result: RESPParseResult
                if offset < buffer.count, buffer[offset] != UInt8(ascii: "*") {
                    var span = buffer.mutableSpan
                    result = parser.parseInline(&span, from: offset, into: &request)
                } else {
                    result = parser.parse(buffer.span, from: offset, into: &request)
                }
                switch result {
                case .complete(let next):
                    try FuzzFinding.unless(next > offset && next <= buffer.count, "\(offset) is followed by \(next)")
                    // An empty request gets no reply and stands for nothing.
                    if !request.arguments.isEmpty { found.requests.append(request.arguments.map { Array(buffer[$0]) }) }
                    offset = next
                case .incomplete(let needed):
                    try FuzzFinding.unless(needed > 0, "needs \(needed) bytes")
                    break parsing
                case .failed(let error):
                    found.error = error
                    return found
                }
            }
            buffer.removeFirst(offset)
        }
        return found
    }

    /// Replies are the same however the bytes arrive.
    private static func compareReplies(_ bytes: [UInt8], seed: UInt8) throws {
        let whole = try self.replies(in: [bytes])
        let pieces = try self.replies(in: FuzzInput.pieces(of: bytes, seed: seed))
        // Numbers that are none are not even equal to themselves.
        try FuzzFinding.unless(
            String(describing: whole) == String(describing: pieces), "whole \(whole), in pieces \(pieces)")
    }

    /// What replies the bytes hold, and the error behind them.
    static func replies(in pieces: [[UInt8]]) throws -> (values: [RESPValue], error: RESPReplyError?) {
        var parser = RESPReplyParser(limits: RESPReplyLimits(maximumElements: 4096, maximumReplyLength: 1 << 20))
        var values: [RESPValue] = []
        var buffer: [UInt8] = []
        for piece in pieces {
            buffer += piece
            var offset = 0
            parsing: while true {
                switch parser.parse(buffer.span, from: offset) {
                case .complete(let value, let next):
                    try FuzzFinding.unless(next > offset && next <= buffer.count, "\(offset) is followed by \(next)")
                    values.append(value)
                    offset = next
                case .incomplete(let next):
                    try FuzzFinding.unless(next >= offset && next <= buffer.count, "\(offset) is followed by \(next)")
                    offset = next
                    break parsing
                case .failed(let error):
                    return (values, error)
                }
            }
            buffer.removeFirst(offset)
        }
        return (values, nil)
    }

    /// A session answers in the protocol, or is closed.
    private static func serve(_ bytes: [UInt8], seed: UInt8) throws {
        let node = try FuzzedNode()
        let client = node.connect(firstByte: UInt8(ascii: "*"))
        for piece in FuzzInput.pieces(of: bytes, seed: seed) where !client.isFinished { try client.send(piece) }
        client.close()
        try self.checkReplies(client)
    }

    /// Throws if what a client got back is not in the Redis protocol.
    static func checkReplies(_ client: FuzzedClient) throws {
        let (_, error) = try self.replies(in: [client.received])
        let text = String(decoding: client.received.suffix(300), as: UTF8.self)
        try FuzzFinding.unless(error == nil || client.received.count > 1 << 20, "\(error as Any) in replies …\(text)")
    }
}
