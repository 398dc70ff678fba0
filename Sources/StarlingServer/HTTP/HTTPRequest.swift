import ByteCoding

/// The head of an HTTP request, as far as this server cares: RFC 9112, sections 3 to 6.
struct HTTPRequest {
    enum Failure: Error {
        case malformed
        /// The request has a body, or may have.
        case hasBody
        case versionNotSupported
        /// The `Host` names what only a name server can tell; see ``HostRule``.
        case hostRefused
    }

    /// Bytes in a head.
    static let maximumHead = 16 * 1024

    /// The methods that make a line a request line, whether they are served or not.
    private static let methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"]
        .map { Array($0.utf8) }

    var method: String
    /// The target up to `?`.
    var path: String
    /// The target behind `?`; empty if there is none.
    var query: String
    /// Whether the client will send another request on this connection.
    var keepsAlive: Bool

    /// Whether a line is the first of an HTTP request: a method, a target and a version, two spaces.
    static func isRequestLine(_ line: Span<UInt8>) -> Bool {
        var end = line.count
        if end > 0, line[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        guard let first = line.firstIndex(of: UInt8(ascii: " ")), first > 0,
            let second = line.firstIndex(of: UInt8(ascii: " "), from: first + 1), second > first + 1,
            end - second == 9
        else { return false }
        guard Self.methods.contains([UInt8](copying: line.extracting(0..<first))) else { return false }
        let start = line[first + 1]
        guard start == UInt8(ascii: "/") || start == UInt8(ascii: "*") || start == UInt8(ascii: "h") else {
            return false
        }
        for (offset, byte) in "HTTP/".utf8.enumerated() where line[second + 1 + offset] != byte { return false }
        return line[second + 7] == UInt8(ascii: ".")
    }

    /// Takes a head apart: everything up to its empty line, that line not included.
    init(head: [UInt8]) throws(Failure) {
        // Split as bytes: in a String the two bytes of a line end are one Character.
        var lines = head.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
        }
        while let first = lines.first, first.isEmpty { lines.removeFirst() }
        guard let requestLine = lines.first else { throw .malformed }
        let words = requestLine.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, !words[1].isEmpty else { throw .malformed }
        guard words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0" else { throw .versionNotSupported }
        let isNewest = words[2] == "HTTP/1.1"
        self.method = String(words[0])
        var target = words[1]
        // A proxy's form of the target: what is behind the host is the path.
        if target.hasPrefix("http://") {
            let authority = target.dropFirst(7)
            target = authority.firstIndex(of: "/").map { authority[$0...] } ?? "/"
        }
        let mark = target.firstIndex(of: "?")
        self.path = String(mark.map { target[..<$0] } ?? target)
        self.query = mark.map { String(target[target.index(after: $0)...]) } ?? ""
        self.keepsAlive = isNewest
        try self.readFields(lines.dropFirst(), requiresHost: isNewest)
    }

    private mutating func readFields(_ lines: ArraySlice<String>, requiresHost: Bool) throws(Failure) {
        var host: String?
        for line in lines where !line.isEmpty {
            guard let colon = line.firstIndex(of: ":"), colon > line.startIndex else { throw .malformed }
            let name = line[..<colon].lowercased()
            // A space before the colon, or a line that continues the one above, is how smugglers write.
            guard name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .malformed }
            let value = HTTPRequest.trimmed(line[line.index(after: colon)...])
            switch name {
            case "host":
                guard host == nil else { throw .malformed }
                host = value
            case "connection":
                for option in value.lowercased().split(separator: ",").map(HTTPRequest.trimmed) {
                    if option == "close" { self.keepsAlive = false }
                    if option == "keep-alive" { self.keepsAlive = true }
                }
            case "content-length":
                guard value == "0" else { throw .hasBody }
            case "transfer-encoding":
                throw .hasBody
            default: continue
            }
        }
        if let host {
            guard HostRule.allows(host) else { throw .hostRefused }
        } else if requiresHost {
            throw .malformed
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
