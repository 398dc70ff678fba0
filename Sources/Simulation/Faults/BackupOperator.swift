import Causality
import Journal
import Platform
import Replication

/// An operator who backs nodes up while they serve, one after another, and keeps the files; and who makes
/// directories from them.
final class BackupOperator {
    /// A backup being fetched.
    private struct Fetch {
        let node: SimulatedNode
        /// Of the process.
        let starts: Int
        let id: UInt64
        /// What it is to be restored after.
        let earlier: BackupChain?
        /// Known once the first piece was fetched, unless the disk refuses; then the backup is not kept.
        var content: BackupContent?
        var bytes: [UInt8] = []
    }

    /// Files of one chain.
    private static let filesMaximum = 4

    /// Per node the latest.
    private var chains: [BackupChain?]
    private var fetch: Fetch?
    /// Backups that were fetched to their end.
    private(set) var finished = 0

    init(nodes: Int) {
        self.chains = Array(repeating: nil, count: nodes)
    }

    var isFetching: Bool { self.fetch != nil }

    /// Any of the chains; nil if there is none.
    func draw(_ random: inout SimulationRandom) -> BackupChain? {
        let chains = self.chains.compactMap { $0 }
        return chains.isEmpty ? nil : chains[random.below(chains.count)]
    }

    /// Throws all backups away: what they hold has been given up for lost.
    func forget() {
        for index in self.chains.indices { self.chains[index] = nil }
        self.stop()
    }

    /// Ends the backup under way.
    func stop() {
        guard let fetch = self.fetch else { return }
        self.fetch = nil
        guard fetch.node.starts == fetch.starts else { return }
        _ = fetch.node.perform { $0.closeBackup(fetch.id) }
    }

    /// Begins to back a node up, if it can be.
    func begin(_ node: SimulatedNode, _ random: inout SimulationRandom) {
        guard self.fetch == nil, node.isServing else { return }
        var earlier: BackupChain?
        if random.chance(0.6), let chain = self.draw(&random), chain.files.count < Self.filesMaximum,
            node.replica?.journal.syncedContext.isSuperset(of: chain.content.context) == true
        {
            earlier = chain
        }
        let since = earlier?.content.context ?? CausalContext()
        let id = node.perform { replica in try? replica.openBackup(since: since) }
        guard let id, let id else { return }
        self.fetch = Fetch(node: node, starts: node.starts, id: id, earlier: earlier)
    }

    /// Fetches a piece.
    ///
    /// - Throws: a finding, when a backup is not what it must be.
    func goOn(_ random: inout SimulationRandom) throws(Finding) {
        guard var fetch = self.fetch else { return }
        guard fetch.node.starts == fetch.starts, fetch.node.isRunning else {
            self.fetch = nil
            return
        }
        let length = 1 + random.below(600)
        let piece = fetch.node.perform { replica -> [UInt8]? in
            do {
                let bytes = try replica.readBackup(fetch.id, maximumBytes: length)
                // The turn is the same, and so is what is synced.
                if fetch.bytes.isEmpty { fetch.content = try? BackupContent(of: replica.journal) }
                return bytes
            } catch ReplicaError.backup(.syncing) {
                return nil
            } catch {
                fetch.content = nil
                fetch.bytes = []
                return []
            }
        }
        guard let piece, let piece else { return }
        fetch.bytes += piece
        self.fetch = piece.isEmpty ? nil : fetch
        if piece.isEmpty { try self.keep(fetch) }
    }

    private func keep(_ fetch: Fetch) throws(Finding) {
        guard let content = fetch.content, !fetch.bytes.isEmpty else { return }
        var decoder = BackupDecoder()
        decoder.append(fetch.bytes)
        do throws(BackupError) {
            try decoder.check()
            try decoder.finish()
        } catch {
            throw Finding(.backup, "a backup of \(fetch.node.name) is not whole: \(error)")
        }
        guard decoder.summary.context == content.context, decoder.summary.floor == content.floor else {
            throw Finding(.backup, "a backup of \(fetch.node.name) claims other than what was synced")
        }
        self.finished += 1
        let store = (node: fetch.node.number, disk: fetch.node.disk)
        let isOfOneNode = fetch.earlier.map { $0.isOfOneNode && $0.store == store } ?? true
        self.chains[fetch.node.number] = BackupChain(
            files: (fetch.earlier?.files ?? []) + [fetch.bytes], content: content, store: store,
            isOfOneNode: isOfOneNode)
    }
}
