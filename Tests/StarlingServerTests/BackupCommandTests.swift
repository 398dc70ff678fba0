import Causality
import Journal
import Platform
import Replication
import Testing

/// `STARLING BACKUP`, as `starling backup` uses it.
struct BackupCommandTests {
    /// Fetches all of a backup, with `between` called between its pieces.
    private static func fetch(
        _ server: TestServer, _ id: UInt64, between: () throws -> Void = {}
    ) throws -> BackupSummary {
        var decoder = BackupDecoder()
        while true {
            let bytes = try server.replica.readBackup(id, maximumBytes: 200)
            guard !bytes.isEmpty else { break }
            decoder.append(bytes)
            try decoder.check()
            try between()
        }
        try decoder.finish()
        return decoder.summary
    }

    @Test func `a backup is fetched piece by piece until there are no more`() throws {
        let server = try TestServer()
        let client = server.connect()
        for number in 1...20 { _ = client.call("SET key\(number) value") }
        server.sync()
        #expect(
            client.call("STARLING BACKUP OPEN").hasPrefix(
                "*6\r\n$2\r\nid\r\n:1\r\n$7\r\nrecords\r\n:20\r\n$5\r\nbytes\r\n"))
        #expect(client.call("STARLING BACKUP READ 1").contains("value"))
        #expect(client.shown("STARLING BACKUP READ 1") == "$0||")
        #expect(client.shown("STARLING BACKUP READ 1").hasPrefix("-ERR no such backup is being made"))
        #expect(server.replica.backupCount == 0 && server.replica.journal.openCutCount == 0)
    }

    @Test func `all that was written when it was asked for is in it, and nothing else`() throws {
        let server = try TestServer()
        let client = server.connect()
        for number in 1...20 { _ = client.call("SET key\(number) value") }
        #expect(client.call("STARLING BACKUP OPEN").contains("id"))
        #expect(client.shown("STARLING BACKUP READ 1") == "-TRYAGAIN the log is being synced|")
        server.sync()
        var round = 0
        let summary = try Self.fetch(server, 1) {
            round += 1
            for number in 1...20 { _ = client.call("SET key\(number) later\(round)") }
            server.sync()
        }
        #expect(summary.recordCount == 20 && round > 1)
        #expect(summary.context[server.replica.journal.identity.peer].highest == 20)
        #expect(summary.title.node == "n1" && summary.title.cluster == "tests")
    }

    @Test func `an incremental backup leaves out what its reader has`() throws {
        let server = try TestServer()
        let client = server.connect()
        for number in 1...20 { _ = client.call("SET key\(number) value") }
        server.sync()
        let first = try Self.fetch(server, try server.replica.openBackup(since: CausalContext()))
        _ = client.call("SET key1 changed")
        _ = client.call("DEL key2")
        server.sync()
        let second = try Self.fetch(server, try server.replica.openBackup(since: first.context))
        #expect(second.recordCount == 2 && second.keptCount == 18 && second.since == first.context)
        let unknown = CausalContext([Dot(peer: PeerID(rawValue: 1), sequence: 1)])
        let ahead = try server.replica.openBackup(since: unknown)
        #expect(throws: ReplicaError.self) { try server.replica.readBackup(ahead, maximumBytes: 100) }
        #expect(server.replica.backupCount == 0)
    }

    @Test func `a backup that nobody reads on is given up`() throws {
        let server = try TestServer()
        let client = server.connect()
        _ = client.call("SET key value")
        server.sync()
        let id = try server.replica.openBackup(since: CausalContext())
        _ = try server.replica.readBackup(id, maximumBytes: 10)
        #expect(server.replica.journal.openCutCount == 1)
        server.advance(milliseconds: 61_000)
        server.replica.closeIdleBackups()
        #expect(server.replica.backupCount == 0 && server.replica.journal.openCutCount == 0)
    }

    @Test func `a backup ends with the connection that asked for it, and with the next one`() throws {
        let server = try TestServer()
        let client = server.connect()
        _ = client.call("STARLING BACKUP OPEN")
        _ = client.call("STARLING BACKUP OPEN")
        #expect(server.replica.backupCount == 1)
        client.close()
        #expect(server.replica.backupCount == 0)
    }

    @Test func `backups are bounded in number and asked for properly`() throws {
        let server = try TestServer()
        let clients = (1...5).map { _ in server.connect() }
        for client in clients[..<4] { #expect(client.call("STARLING BACKUP OPEN").contains("id")) }
        #expect(clients[4].shown("STARLING BACKUP OPEN").hasPrefix("-TRYAGAIN 4 backups are being made"))
        #expect(clients[0].shown("STARLING BACKUP OPEN SINCE nonsense").hasPrefix("-ERR the context is not one"))
        #expect(clients[0].shown("STARLING BACKUP STOP") == "-ERR syntax error|")
        #expect(clients[0].shown("STARLING BACKUP").hasPrefix("-ERR wrong number of arguments"))
    }
}
