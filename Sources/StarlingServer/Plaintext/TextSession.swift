import Platform
import Replication

/// A client whose first byte is a letter: plaintext, unless its first line is an HTTP request line.
final class TextSession: ClientSession {
    private let state: ServerState
    private let client: Client
    /// What the first line decided; nil before it is complete.
    private var face: (any ClientSession)?

    init(state: ServerState, client: Client) {
        self.state = state
        self.client = client
    }

    func receive(
        _ bytes: Span<UInt8>, consumed: inout Int, on connection: ClientConnection, replica: Replica
    ) -> SessionProgress {
        guard !self.client.isKilled else { return .finished }
        self.client.lastActive = replica.now
        if let face = self.face {
            return face.receive(bytes, consumed: &consumed, on: connection, replica: replica)
        }
        // The first line that is not empty decides; a line that has no end yet is judged when it is
        // longer than any HTTP request line may be.
        var start = 0
        while start < bytes.count, bytes[start] == UInt8(ascii: "\r") || bytes[start] == UInt8(ascii: "\n") {
            start += 1
        }
        consumed += start
        let rest = bytes.extracting(start..<bytes.count)
        guard
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
                ?? (rest.count > HTTPRequest.maximumHead ? rest.count : nil)
        else { return .ready }
        let face: any ClientSession
        if HTTPRequest.isRequestLine(rest.extracting(0..<end)) {
            self.state.clients.reassign(self.client, to: .http)
            face = HTTPSession(state: self.state)
        } else {
            face = PlaintextSession(state: self.state)
        }
        self.face = face
        return face.receive(rest, consumed: &consumed, on: connection, replica: replica)
    }

    func reply(to failure: HeldFailure) -> [UInt8] { self.face?.reply(to: failure) ?? [] }

    func closed() {
        self.state.clients.remove(self.client)
    }
}
