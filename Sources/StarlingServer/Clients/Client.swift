import Platform
import Replication

/// One connected client, as `CLIENT LIST` shows it.
final class Client {
    let number: UInt64
    let remote: NetworkAddress
    let openedAt: Instant
    var face: ClientFace
    var name = ""
    var libraryName = ""
    var libraryVersion = ""
    /// 2 or 3 for the Redis protocol.
    var protocolVersion = 2
    var lastActive: Instant
    /// Whether what is here now will do for its reads in leader mode, however old it is.
    var readsLocally = false
    /// Whether it has said that it goes where a redirection sends it.
    var followsRedirects = false
    /// Whether another node passes this client's requests on: they are not passed on once more.
    var isForwarded = false
    /// Its latest command; nil before the first, and in other protocols.
    var lastCommand: Command?
    /// Whether another client has asked for its end.
    private(set) var isKilled = false
    /// What it has queued since `MULTI`, and what it watches.
    var transaction: QueuedTransaction?
    private weak var connection: ClientConnection?

    init(_ connection: ClientConnection, face: ClientFace) {
        self.number = connection.number
        self.remote = connection.remote
        self.openedAt = connection.openedAt
        self.lastActive = connection.openedAt
        self.face = face
        self.connection = connection
    }

    /// Ends the client's connection when its replies have left.
    func kill() {
        self.isKilled = true
        self.connection?.finish()
    }

    /// A line of `CLIENT LIST`. Clients of Redis read every one of these fields.
    func line(at now: Instant, on bind: NetworkAddress) -> String {
        let queued = self.transaction.flatMap { $0.isOpen ? $0.queue.count : nil }
        let watched = self.transaction?.watched.count ?? 0
        let unsent = self.connection?.output.unsentLength ?? 0
        return """
            id=\(self.number) addr=\(self.remote) laddr=\(bind) fd=\(self.number) name=\(self.name) \
            age=\(now.since(self.openedAt).wholeSeconds) idle=\(now.since(self.lastActive).wholeSeconds) \
            flags=\(queued == nil ? "N" : "x") db=0 sub=0 psub=0 ssub=0 multi=\(queued ?? -1) watch=\(watched) qbuf=0 \
            qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=\(unsent) oll=0 omem=0 tot-mem=0 \
            events=r cmd=\(self.lastCommand?.row.name ?? "NULL") user=default \
            redir=-1 resp=\(self.protocolVersion) lib-name=\(self.libraryName) lib-ver=\(self.libraryVersion) \
            face=\(self.face.name)
            """
    }
}

extension Delay {
    /// Whole seconds, rounded down.
    var wholeSeconds: UInt64 { self.nanoseconds / 1_000_000_000 }
}
