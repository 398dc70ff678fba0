import Causality
import Journal
import Platform
import RESP

/// A backup fetched from a running node, some pieces at a time.
final class NodeBackup: BackupSource {
    /// Pieces asked for at once, so that the node need not wait for the disk here.
    private static let pieces = 4
    /// Between two attempts while the node syncs.
    private static let pause = Delay.milliseconds(2)

    let expectedBytes: UInt64
    private let client: NodeClient
    private let id: String
    private let timeout: Delay
    private var isBegun = false
    private var isEnded = false

    init(_ settings: Settings, since: CausalContext) throws(CommandError) {
        (_, self.timeout) = try NodeClient.target(settings)
        let client = try NodeClient(settings)
        var request = ["STARLING", "BACKUP", "OPEN"].map { Array($0.utf8) }
        if !since.isEmpty { request += [Array("SINCE".utf8), BackupContext.bytes(of: since)] }
        do throws(CommandError) {
            guard let fields = ReplyFields(try client.ask(request)), let id = fields.number("id") else {
                throw client.misunderstood("STARLING BACKUP")
            }
            self.id = String(id)
            self.expectedBytes = since.isEmpty ? fields.number("bytes") ?? 0 : 0
            self.client = client
        } catch {
            client.connection.close()
            throw error
        }
    }

    func next() throws(CommandError) -> [UInt8] {
        if self.isEnded { return [] }
        if !self.isBegun { return try self.first() }
        let request = ["STARLING", "BACKUP", "READ", self.id]
        let replies = try self.client.connection.pipeline(Array(repeating: request, count: Self.pieces))
        var result: [UInt8] = []
        for reply in replies {
            let bytes = try self.bytes(of: reply)
            // Nothing is open behind the end.
            guard !bytes.isEmpty else {
                self.isEnded = true
                break
            }
            result += bytes
        }
        return result
    }

    func close() {
        self.client.connection.close()
    }

    /// The first piece, which is there when the node has synced.
    private func first() throws(CommandError) -> [UInt8] {
        let deadline = Clocks.now + self.timeout
        while true {
            let reply = try self.client.connection.call(["STARLING", "BACKUP", "READ", self.id])
            if case .error(let text) = reply, text.hasPrefix("TRYAGAIN the log"), Clocks.now < deadline {
                Clocks.pause(Self.pause)
                continue
            }
            self.isBegun = true
            return try self.bytes(of: reply)
        }
    }

    private func bytes(of reply: RESPValue) throws(CommandError) -> [UInt8] {
        if case .error(let text) = reply {
            throw CommandError(
                NodeClient.exitCode(forError: text), "\(self.client.connection.address): \(PlainText.escaped(text))")
        }
        guard let bytes = reply.bytes else { throw self.client.misunderstood("STARLING BACKUP") }
        return bytes
    }
}
