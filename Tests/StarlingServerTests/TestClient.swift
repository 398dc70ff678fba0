import Platform
import RESP

@testable import Replication

/// A client of a ``TestServer``: bytes in, bytes out, as the driver would carry them.
final class TestClient {
    let connection: ClientConnection
    private let session: (any ClientSession)?
    private let server: TestServer
    private var unread: [UInt8] = []

    init(_ connection: ClientConnection, _ session: (any ClientSession)?, _ server: TestServer) {
        self.connection = connection
        self.session = session
        self.server = server
    }

    var progress: SessionProgress {
        self.connection.progress
    }

    /// Shows the session more bytes, behind those it has left.
    func send(_ bytes: [UInt8]) {
        self.unread += bytes
        self.serve()
    }

    /// Shows the session what it has left, as the driver does after a storage event or a resumption.
    func serve() {
        guard self.connection.progress == .ready || self.connection.progress == .blocked else { return }
        var consumed = 0
        let progress = self.session?.receive(
            self.unread.span, consumed: &consumed, on: self.connection, replica: self.server.replica)
        self.connection.progress = progress ?? .finished
        self.unread.removeFirst(consumed)
    }

    /// The bytes that the session has left.
    var unreadCount: Int {
        self.unread.count
    }

    /// Takes all replies, held or not.
    func takeAll() -> String {
        let bytes = self.connection.output.bytes[self.connection.output.sentLength...]
        let text = String(decoding: bytes, as: UTF8.self)
        _ = self.connection.output.sendableLength(.all)
        self.connection.output.sent(bytes.count)
        return text
    }

    /// Takes the replies that may leave now.
    func takeSendable() -> String {
        let count = self.connection.output.sendableLength(self.server.replica.acknowledged)
        let start = self.connection.output.sentLength
        let text = String(decoding: self.connection.output.bytes[start..<(start + count)], as: UTF8.self)
        self.connection.output.sent(count)
        return text
    }

    /// Sends one line of text and takes all replies.
    func line(_ text: String) -> String {
        self.send(Array((text + "\r\n").utf8))
        return self.takeAll()
    }

    /// Sends a request in the Redis protocol, its words parted by spaces, and takes all replies.
    ///
    /// `''` stands for an empty word, `_` within a word for a space.
    func call(_ request: String) -> String {
        self.send(TestClient.encode(request))
        return self.takeAll()
    }

    /// As ``call(_:)``, the line ends shown as `|`.
    func shown(_ request: String) -> String {
        self.call(request).replacing("\r\n", with: "|")
    }

    func close() {
        self.session?.closed()
    }

    static func encode(_ request: String) -> [UInt8] {
        let words = request.split(separator: " ").map { word in
            word == "''" ? [] : Array(word.replacing("_", with: " ").utf8)
        }
        var bytes: [UInt8] = []
        RESPRequest.encode(words, into: &bytes)
        return bytes
    }
}
