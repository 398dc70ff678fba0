import Journal
package import Replication

/// The three faces of a node's port: the Redis protocol, plaintext lines and HTTP.
///
/// The first byte tells them apart: `*` begins a Redis request, a letter or a line end begins a line
/// of text, which is HTTP if it is an HTTP request line. Anything else is refused in one line.
package struct ServerFaces: Sendable {
    package let configuration: ServerConfiguration

    package init(configuration: ServerConfiguration) {
        self.configuration = configuration
    }

    /// Makes what the driver asks for a session with each new connection.
    ///
    /// The sessions of one factory know of each other: `CLIENT LIST` shows them all. They listen to the replica's
    /// events, and hand them on to whoever listened before.
    package func makeSessionFactory(replica: Replica) -> SessionFactory {
        let state = ServerState(configuration: self.configuration, startedAt: replica.now)
        let told = replica.onEvent
        replica.onEvent = { [unowned replica] event in
            state.note(
                event, own: replica.journal.identity.peer, leader: replica.leader?.address,
                isLeaderless: replica.isLeaderless)
            told(event)
        }
        return { firstByte, connection in
            guard state.clients.count < state.configuration.maximumClients else {
                state.refusedConnections += 1
                return RefusalSession("max number of clients reached", asRESP: firstByte == UInt8(ascii: "*"))
            }
            switch firstByte {
            case UInt8(ascii: "*"):
                return RESPSession(state: state, client: state.clients.add(connection, face: .resp))
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "\r"),
                UInt8(ascii: "\n"):
                return TextSession(state: state, client: state.clients.add(connection, face: .plaintext))
            default:
                state.refusedConnections += 1
                return RefusalSession(
                    "this port speaks the Redis protocol, plaintext lines (try HELP) and HTTP", asRESP: false)
            }
        }
    }
}
