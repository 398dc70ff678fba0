import Replication

/// Says why a connection is not served, and closes it.
final class RefusalSession: ClientSession {
    private let line: String

    init(_ reason: String, asRESP: Bool) {
        self.line = (asRESP ? "-ERR " : "ERR ") + reason + "\r\n"
    }

    func receive(
        _ bytes: Span<UInt8>, consumed: inout Int, on connection: ClientConnection, replica: Replica
    ) -> SessionProgress {
        connection.output.bytes.append(contentsOf: self.line.utf8)
        consumed += bytes.count
        return .finished
    }

    /// It writes nothing, so nothing can fail.
    func reply(to failure: HeldFailure) -> [UInt8] { [] }

    func closed() {}
}
