import RESP

/// What a connection's bytes turned out to be: requests, and then perhaps an error.
struct ParsedRequests: Equatable {
    var requests: [[String]] = []
    var error: RESPProtocolError?
    /// The bytes after the last complete request.
    var rest = 0

    /// Parses `bytes` as a server would to whom they come in the given pieces.
    ///
    /// The buffer is compacted after every request when `compacts` is true, so that a request that is
    /// continued has moved.
    init(_ pieces: [[UInt8]], limits: RESPLimits = RESPLimits(), inline: Bool = false, compacts: Bool = false) {
        var parser = RESPRequestParser(limits: limits)
        var request = RESPRequest()
        var buffer: [UInt8] = []
        var offset = 0
        for piece in pieces {
            buffer.append(contentsOf: piece)
            parsing: while true {
                let result: RESPParseResult
                if inline {
                    var span = buffer.mutableSpan
                    result = parser.parseInline(&span, from: offset, into: &request)
                } else {
                    result = parser.parse(buffer.span, from: offset, into: &request)
                }
                switch result {
                case .complete(let next):
                    precondition(next > offset && next <= buffer.count)
                    self.requests.append(request.arguments.map { String(decoding: buffer[$0], as: UTF8.self) })
                    offset = next
                case .incomplete(let needed):
                    precondition(needed >= 1)
                    break parsing
                case .failed(let error):
                    self.error = error
                    return
                }
            }
            if compacts {
                buffer.removeFirst(offset)
                offset = 0
            }
        }
        self.rest = buffer.count - offset
    }

    init(_ text: String, limits: RESPLimits = RESPLimits(), inline: Bool = false) {
        self.init([Array(text.utf8)], limits: limits, inline: inline)
    }

    init(requests: [[String]], error: RESPProtocolError? = nil, rest: Int = 0) {
        self.requests = requests
        self.error = error
        self.rest = rest
    }
}
