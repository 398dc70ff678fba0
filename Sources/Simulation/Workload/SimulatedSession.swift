import Causality
import DataModel
import Platform
import Replication

/// One client's side of a small protocol of lines, served by the production driver: `P id key value` writes,
/// `G id key` reads, `W id count` waits until so many peers hold the connection's last write.
///
/// Each is answered with one line that begins with its number. What a reply says is entered where the
/// client finds it, so that it knows which write it was told of.
final class SimulatedSession: ClientSession {
    private unowned let node: SimulatedNode
    private unowned let cluster: SimulatedCluster
    private let ledger: SessionLedger
    private unowned let connection: ClientConnection
    private var lastDot: Dot?
    private var wait: UInt64?
    private weak var waitedOn: Replica?

    private static let waitLimit = Delay.milliseconds(300)

    init(on node: SimulatedNode, in cluster: SimulatedCluster, _ ledger: SessionLedger, _ connection: ClientConnection)
    {
        self.node = node
        self.cluster = cluster
        self.ledger = ledger
        self.connection = connection
    }

    func reply(to failure: HeldFailure) -> [UInt8] { Array("! failed\n".utf8) }

    func receive(
        _ bytes: Span<UInt8>, consumed: inout Int, on connection: ClientConnection, replica: Replica
    ) -> SessionProgress {
        var line: [UInt8] = []
        for index in 0..<bytes.count {
            guard bytes[index] == UInt8(ascii: "\n") else {
                line.append(bytes[index])
                continue
            }
            let progress = self.serve(line, connection, replica)
            guard progress != .blocked else { return .blocked }
            consumed = index + 1
            line.removeAll(keepingCapacity: true)
            guard progress == .ready else { return progress }
            // As every session does: no more is taken in than replies can leave.
            if connection.output.unsentLength > replica.configuration.limits.outputLength { return .ready }
        }
        return .ready
    }

    func closed() {
        if let wait { self.waitedOn?.cancelWait(wait) }
        self.wait = nil
    }

    private func serve(_ line: [UInt8], _ connection: ClientConnection, _ replica: Replica) -> SessionProgress {
        let words = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
        guard words.count >= 3, let id = UInt64(words[1]) else { return .finished }
        guard replica.isServing else {
            self.reply("\(id) refused", on: connection)
            return .ready
        }
        switch words[0] {
        case "P": return self.put(id, Key(words[2]), Array(words[words.count - 1].utf8), connection)
        case "G": return self.get(id, Key(words[2]), connection, replica)
        default: return self.wait(id, Int(words[2]) ?? 1, connection, replica)
        }
    }

    private func reply(_ text: String, on connection: ClientConnection, heldUntil lsn: UInt64 = 0) {
        let start = connection.output.bytes.count
        connection.output.bytes += Array("\(text)\n".utf8)
        if lsn > 0 { connection.hold(from: start, until: lsn) }
    }

    private func put(_ id: UInt64, _ key: Key, _ value: [UInt8], _ connection: ClientConnection) -> SessionProgress {
        switch SimulatedClient(of: self.node, in: self.cluster).put(key, value) {
        case .busy: return .blocked
        case .written(let index):
            let write = self.cluster.history.writes[index]
            self.lastDot = write.dot
            self.ledger.note([index], under: id)
            self.reply("\(id) done", on: connection, heldUntil: write.heldUntil)
        case .nothing, .refused, .unavailable: self.reply("\(id) refused", on: connection)
        }
        return .ready
    }

    private func get(
        _ id: UInt64, _ key: Key, _ connection: ClientConnection, _ replica: Replica
    ) -> SessionProgress {
        guard let found = try? replica.siblings(of: key.bytes.span) else {
            self.reply("\(id) refused", on: connection)
            return .ready
        }
        let writes = SimulatedClient.live(key.bytes, replica).compactMap { self.cluster.history.index(of: $0) }
        self.ledger.note(writes, under: id)
        let value = found.siblings.last.map { String(decoding: $0.value, as: UTF8.self) } ?? ""
        self.reply("\(id) value \(value)", on: connection, heldUntil: found.heldUntil)
        return .ready
    }

    private func wait(
        _ id: UInt64, _ count: Int, _ connection: ClientConnection, _ replica: Replica
    ) -> SessionProgress {
        guard let dot = self.lastDot else {
            self.reply("\(id) none", on: connection)
            return .ready
        }
        self.waitedOn = replica
        let deadline = replica.now + SimulatedSession.waitLimit
        self.wait = replica.wait(for: dot, heldBy: count, until: deadline) {
            [unowned self, unowned connection] holders in
            self.wait = nil
            self.reply("\(id) held \(holders)", on: connection)
            connection.resume()
        }
        return self.wait == nil ? .ready : .suspended
    }
}
