import ByteCoding
import Journal
import Platform
import Replication

/// A client that speaks HTTP/1.1: health, metrics, status and the values of keys, all of them only to be read.
///
/// Nothing but values is held for the log: an operator wants to see a node whose disk is stuck.
final class HTTPSession: ClientSession {
    private let state: ServerState
    /// How many bytes of an incomplete head are known to hold no end of it.
    private var scanned = 0

    init(state: ServerState) {
        self.state = state
    }

    func receive(
        _ bytes: Span<UInt8>, consumed: inout Int, on connection: ClientConnection, replica: Replica
    ) -> SessionProgress {
        var position = 0
        defer { consumed += position }
        while connection.output.unsentLength <= replica.configuration.limits.outputLength {
            // Line ends between requests are skipped, as RFC 9112, section 2.2 asks for.
            while self.scanned == 0, position < bytes.count,
                bytes[position] == UInt8(ascii: "\r") || bytes[position] == UInt8(ascii: "\n")
            {
                position += 1
            }
            let window = bytes.extracting(position..<min(bytes.count, position + HTTPRequest.maximumHead))
            guard let length = self.headLength(in: window) else {
                guard bytes.count - position < HTTPRequest.maximumHead else {
                    let response = HTTPResponse.failure(
                        431, code: "head-too-large", "a request's head is more than \(HTTPRequest.maximumHead) bytes",
                        hint: "send fewer header fields")
                    response.append(to: &connection.output.bytes, keepsAlive: false, omitsBody: false)
                    return .finished
                }
                self.scanned = bytes.count - position
                return .ready
            }
            self.scanned = 0
            let head = [UInt8](copying: window.extracting(0..<length))
            switch self.answer(head, connection, replica) {
            case .ready: position += length
            case .blocked, .suspended: return .blocked
            case .finished:
                position = bytes.count
                return .finished
            }
        }
        return .ready
    }

    func reply(to failure: HeldFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        HTTPResponse.failure(503, code: "log-failed", FailureText.of(failure), hint: "see /api/v1/status")
            .append(to: &bytes, keepsAlive: false, omitsBody: false)
        return bytes
    }

    func closed() {}

    /// The length of the head that starts the bytes, its empty line included; nil if it has no end.
    private func headLength(in bytes: Span<UInt8>) -> Int? {
        // The end may have begun up to three bytes before what has not been looked at.
        var start = max(0, self.scanned - 3)
        while let end = bytes.firstIndex(of: UInt8(ascii: "\n"), from: start) {
            if end + 1 < bytes.count, bytes[end + 1] == UInt8(ascii: "\n") { return end + 2 }
            if end + 2 < bytes.count, bytes[end + 1] == UInt8(ascii: "\r"), bytes[end + 2] == UInt8(ascii: "\n") {
                return end + 3
            }
            start = end + 1
        }
        return nil
    }

    /// Answers one request: finished if the connection is to be closed, blocked if it is to be asked again.
    private func answer(_ head: [UInt8], _ connection: ClientConnection, _ replica: Replica) -> SessionProgress {
        self.state.statistics.noteOtherCall()
        do throws(HTTPRequest.Failure) {
            let request = try HTTPRequest(head: head)
            let isHead = request.method == "HEAD"
            guard request.method == "GET" || isHead else {
                HTTPResponse.methodNotAllowed.append(to: &connection.output.bytes, keepsAlive: false, omitsBody: false)
                return .finished
            }
            let start = connection.output.bytes.count
            let response: HTTPResponse
            var heldUntil: UInt64 = 0
            if request.path.hasPrefix(KeyPage.prefix) {
                do throws(ReplicaError) {
                    (response, heldUntil) = try KeyPage.response(to: request, replica, into: &self.state.value)
                } catch {
                    if case .busy = error { return .blocked }
                    response = .failure(503, code: "not-read", error.replyText, hint: "see /api/v1/status")
                }
            } else {
                response = self.response(to: request, replica)
            }
            response.append(to: &connection.output.bytes, keepsAlive: request.keepsAlive, omitsBody: isHead)
            if !replica.isAcknowledged(heldUntil) { connection.hold(from: start, until: heldUntil) }
            return request.keepsAlive ? .ready : .finished
        } catch {
            Self.response(to: error).append(to: &connection.output.bytes, keepsAlive: false, omitsBody: false)
            return .finished
        }
    }

    private func response(to request: HTTPRequest, _ replica: Replica) -> HTTPResponse {
        switch request.path {
        case "/": .html(Self.frontPage(replica.configuration.name))
        case "/livez": .text("ok\n")
        case "/readyz": self.readiness(replica, request.query.split(separator: "&"))
        case "/metrics": .metrics(MetricsPage(state: self.state, replica: replica).text)
        case "/api/v1/status":
            .json(StatusDocument.text(of: replica, version: self.state.configuration.version))
        case "/api/v1/mode": .json(ModeDocument.text(of: ModeAccount(replica), withMembers: false))
        case "/api/v1/topology": .json(ModeDocument.text(of: ModeAccount(replica), withMembers: true))
        default:
            .failure(
                404, code: "no-such-page", "there is nothing at \(request.path.prefix(200))",
                hint: "there are /livez, /readyz, /metrics and, below /api/v1/, status, mode, topology and keys/KEY")
        }
    }

    private static func response(to failure: HTTPRequest.Failure) -> HTTPResponse {
        switch failure {
        case .malformed:
            .failure(
                400, code: "bad-request", "this is not a request of HTTP/1.1", hint: "send a Host, and no odd lines")
        case .hasBody:
            .failure(
                413, code: "body-refused", "requests with a body are not served", hint: "write with the Redis protocol")
        case .versionNotSupported:
            .failure(505, code: "version", "only HTTP/1.0 and HTTP/1.1 are spoken here", hint: "use HTTP/1.1")
        case .hostRefused:
            .failure(
                403, code: "host-refused", "the Host of this request is a name that this server does not answer to",
                hint: "use the numeric address or localhost")
        }
    }

    /// - Parameter options: `verbose`, and `exclude=CHECK` for a check that does not count.
    private func readiness(_ replica: Replica, _ options: [Substring]) -> HTTPResponse {
        let isVerbose = options.contains("verbose")
        let hasLeader = replica.isLeaderless || replica.leader != nil
        var checks: [(name: String, failure: String?)] = [
            ("log", replica.journal.writeObstacle?.description),
            ("peers", Self.obstacle(to: replica)),
            ("leader", hasLeader ? nil : "no leader is known"),
        ]
        checks.removeAll { check in options.contains { $0 == "exclude=" + check.name } }
        let isReady = checks.allSatisfy { $0.failure == nil }
        var text = isReady ? "ok\n" : "not ready\n"
        if isVerbose {
            let lines = checks.map { check in
                check.failure.map { "[-]\(check.name) \($0)\n" } ?? "[+]\(check.name) ok\n"
            }
            text = lines.joined() + text
        }
        return .text(text, status: isReady ? 200 : 503)
    }

    private static func obstacle(to replica: Replica) -> String? {
        if replica.isServing { return nil }
        return replica.isHealing
            ? "the log was damaged, and the node is given what its peers hold"
            : "the first conversations after the start are not over"
    }

    private static func frontPage(_ name: String) -> String {
        """
        <!doctype html>
        <html lang="en"><meta charset="utf-8"><title>starling</title>
        <style>body{font-family:sans-serif;margin:3em}</style>
        <h1>starling</h1>
        <p>Node <b>\(escaped(name))</b> is running. This port speaks the Redis protocol, plaintext lines, and:</p>
        <ul>
        <li><a href="/api/v1/status">/api/v1/status</a>: what it knows of itself and its peers, as JSON</li>
        <li><a href="/api/v1/topology">/api/v1/topology</a>: the members, their parts and how far they are behind</li>
        <li><a href="/metrics">/metrics</a>: for Prometheus</li>
        <li><a href="/livez">/livez</a>, <a href="/readyz?verbose">/readyz?verbose</a>: for who watches over it</li>
        </ul>
        </html>

        """
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character)
            }
        }
    }
}
