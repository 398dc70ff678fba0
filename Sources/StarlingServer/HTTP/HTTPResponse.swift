/// An answer to an HTTP request.
struct HTTPResponse {
    var status: Int
    var contentType: String
    var body: [UInt8]
    /// Methods that are allowed, told with status 405.
    var allowedMethods: String?

    private init(_ status: Int, _ contentType: String, _ body: String, allowedMethods: String? = nil) {
        self.status = status
        self.contentType = contentType
        self.body = Array(body.utf8)
        self.allowedMethods = allowedMethods
    }

    static func text(_ body: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status, "text/plain; charset=utf-8", body)
    }

    static func json(_ body: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status, "application/json", body + "\n")
    }

    static func html(_ body: String) -> HTTPResponse {
        HTTPResponse(200, "text/html; charset=utf-8", body)
    }

    /// Prometheus text, version 0.0.4 of the format.
    static func metrics(_ body: String) -> HTTPResponse {
        HTTPResponse(200, "text/plain; version=0.0.4; charset=utf-8", body)
    }

    /// - Parameter leader: where to ask instead; nil if there is nowhere.
    static func failure(
        _ status: Int, code: String, _ message: String, hint: String, leader: String? = nil
    ) -> HTTPResponse {
        var json = JSONText()
        json.object { json in
            json.member("error") { json in
                json.object { json in
                    json.member("code", code)
                    json.member("message", message)
                    json.member("hint", hint)
                    if let leader { json.member("leader", leader) }
                }
            }
        }
        return .json(json.text, status: status)
    }

    static let methodNotAllowed = {
        var response = HTTPResponse.failure(
            405, code: "method-not-allowed", "only GET and HEAD are served", hint: "write with the Redis protocol")
        response.allowedMethods = "GET, HEAD"
        return response
    }()

    /// Appends the answer's bytes; for `HEAD` without the body, though its length is told.
    func append(to output: inout [UInt8], keepsAlive: Bool, omitsBody: Bool) {
        var head = "HTTP/1.1 \(self.status) \(Self.reason(self.status))\r\n"
        head += "Content-Type: \(self.contentType)\r\n"
        head += "Content-Length: \(self.body.count)\r\n"
        head += "Connection: \(keepsAlive ? "keep-alive" : "close")\r\n"
        head += "Cache-Control: no-store\r\n"
        head += "X-Content-Type-Options: nosniff\r\n"
        head += "X-Frame-Options: DENY\r\n"
        head += "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n"
        if let allowedMethods = self.allowedMethods { head += "Allow: \(allowedMethods)\r\n" }
        output.append(contentsOf: head.utf8)
        output.append(contentsOf: "\r\n".utf8)
        if !omitsBody { output.append(contentsOf: self.body) }
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 400: "Bad Request"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 421: "Misdirected Request"
        case 431: "Request Header Fields Too Large"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Unknown"
        }
    }
}
