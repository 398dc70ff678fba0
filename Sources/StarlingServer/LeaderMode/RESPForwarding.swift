import ByteCoding
import Platform
import RESP
import Replication

/// A client's requests on their way to the leader, and the answers on their way back, byte for byte and in order.
///
/// It speaks to the leader as a client of its own, which says `CLIENT CAPA forwarded`: what comes that way is not
/// passed on a second time, so nodes that disagree about who leads do not pass it round in circles.
final class RESPForwarding: UpstreamReceiver {
    /// Requests that may be on their way; more wait until all are answered.
    static let requestMaximum = 256

    /// Where the leader is.
    let address: NetworkAddress
    private let state: ServerState
    private weak var session: RESPSession?
    private weak var connection: ClientConnection?
    private var upstream: Upstream?
    private var parser = RESPReplyParser()
    /// The bytes of an answer that is not all there and that the parser has not taken in.
    private var unread: [UInt8] = []
    /// For each request that is not answered whether the client is told the answer.
    private var isToldOf: [Bool] = []
    /// Whether the client has been sent a part of an answer.
    private var isWithinAnswer = false

    /// - Parameter version: of the protocol that the client speaks.
    init?(
        to address: NetworkAddress, for session: RESPSession, on connection: ClientConnection, version: RESPVersion
    ) {
        self.address = address
        self.state = session.state
        self.session = session
        self.connection = connection
        guard let upstream = connection.passOn(to: address, answersTo: self) else { return nil }
        self.upstream = upstream
        self.state.forwardings.append(self)
        if version == .three { self.send(["HELLO", "3"].map { Array($0.utf8) }, isTold: false) }
        self.send(["CLIENT", "CAPA", "forwarded"].map { Array($0.utf8) }, isTold: false)
    }

    /// Whether there are requests that are not answered.
    var isAwaited: Bool { !self.isToldOf.isEmpty }

    /// Whether one more request may be sent at once.
    func hasRoom(within byteCount: Int) -> Bool {
        guard let upstream else { return false }
        return self.isToldOf.count < Self.requestMaximum && upstream.unsentLength < byteCount
    }

    /// Sends a request.
    func send(_ words: [[UInt8]], isTold: Bool) {
        var bytes: [UInt8] = []
        RESPRequest.encode(words, into: &bytes)
        self.isToldOf.append(isTold)
        self.upstream?.isAwaited = true
        self.upstream?.send(bytes)
    }

    /// Ends it; the client is told of every request that is not answered that nobody knows what became of it.
    func end(reason: String) {
        guard let upstream else { return }
        upstream.close()
        self.fail(wasConnected: upstream.isConnected, reason)
    }

    /// Lets go of everything without a word.
    func abandon() {
        self.upstream?.close()
        self.forget()
        self.isToldOf = []
    }

    func received(_ bytes: Span<UInt8>, from upstream: Upstream) {
        guard self.upstream === upstream, let connection else { return }
        self.unread += [UInt8](copying: bytes)
        var position = 0
        answers: while let isTold = self.isToldOf.first {
            switch self.parser.parse(self.unread.span, from: position) {
            case .complete(_, let next):
                if isTold { connection.output.bytes += self.unread[position..<next] }
                position = next
                self.isWithinAnswer = false
                self.isToldOf.removeFirst()
            case .incomplete(let next):
                if isTold, next > position {
                    connection.output.bytes += self.unread[position..<next]
                    self.isWithinAnswer = true
                }
                position = next
                break answers
            case .failed(let error):
                return self.end(reason: "its answer makes no sense: \(error)")
            }
        }
        self.unread.removeFirst(position)
        guard self.isToldOf.isEmpty else { return }
        guard self.unread.isEmpty else { return self.end(reason: "it answers what it was not asked") }
        upstream.isAwaited = false
        connection.resume()
    }

    func ended(_ upstream: Upstream, reason: String) {
        guard self.upstream === upstream else { return }
        self.fail(wasConnected: upstream.isConnected, reason)
    }

    private func fail(wasConnected: Bool, _ reason: String) {
        let told = self.isToldOf.count(where: \.self)
        let isTorn = self.isWithinAnswer
        self.isToldOf = []
        self.forget()
        guard let connection else { return }
        if isTorn {
            // The client has a part of an answer: what follows could not be told from the rest of it.
            connection.finish()
            return
        }
        let text =
            wasConnected
            ? "ERR the leader at \(self.address) was lost before it answered (\(reason)): whether this was done is not "
                + "known; read it again"
            : "TRYAGAIN the leader at \(self.address) cannot be reached (\(reason)): nothing was done"
        for _ in 0..<told {
            self.state.statistics.noteError(text)
            self.session?.encoder.appendError(text, to: &connection.output.bytes)
        }
        connection.resume()
    }

    private func forget() {
        self.upstream = nil
        self.state.forwardings.removeAll { $0 === self }
        if self.session?.forwarding === self { self.session?.forwarding = nil }
    }
}
