import Causality
import DataModel
import Journal
import Platform
import Simulation

/// A store with a history, its backups, and directories restored from them, all on one simulated disk.
final class BackupWorld {
    let harness: JournalHarness
    /// Another node's store, whose records come over in pieces.
    let other: JournalHarness
    var random: SimulationRandom
    private var sent = 0
    private var restored: UInt64 = 0

    init(seed: UInt64, segmentLength: Int = 4096) throws {
        self.harness = try JournalHarness(seed: seed, segmentLength: segmentLength)
        self.other = try JournalHarness(seed: seed &+ 1_000_003)
        self.random = SimulationRandom(seed: seed)
    }

    var disk: SimulatedFileSystem { self.harness.disk }
    var journal: RecordJournal { self.harness.journal }

    /// Writes, deletes, hears of writes elsewhere, collects tombstones, compacts: `count` times any of these.
    func live(_ count: Int) throws {
        for _ in 0..<count {
            let key = "key \(self.random.below(20))"
            switch self.random.below(20) {
            case 0..<9: try self.harness.put(key, "value \(self.random.below(1_000_000))")
            case 9..<13: try self.harness.delete(key)
            case 13: try self.hear(key)
            case 14: _ = self.journal.collectTombstones(from: 0, maximum: 100) { _ in true }
            case 15: self.harness.settle()
            case 16: self.journal.compact()
            default: self.harness.flush(sync: self.random.chance(0.8))
            }
        }
    }

    /// All that is synced, once everything is.
    func syncedState() throws -> StoreState {
        self.harness.flush()
        return try self.harness.state()
    }

    /// Writes a backup while the store lives on, and returns its path.
    func backup(_ name: String, since: CausalContext = CausalContext(), pieces: Int = 300) throws -> String {
        var stream = try self.stream(since: since)
        var bytes: [UInt8] = []
        while true {
            let piece = try stream.read(pieces, from: self.journal)
            guard !piece.isEmpty else { break }
            bytes += piece
            try self.live(self.random.below(12))
        }
        stream.close(self.journal)
        return try self.store(bytes, as: name)
    }

    func stream(since: CausalContext = CausalContext()) throws -> BackupStream {
        let title = BackupTitle(created: 7, peer: self.journal.identity.peer, node: "berlin", cluster: "test")
        return try BackupStream(of: self.journal, title: title, id: self.random.next(), since: since)
    }

    /// Stores bytes in a file of that name.
    @discardableResult
    func store(_ bytes: [UInt8], as name: String) throws -> String {
        if self.disk.exists(name) { try self.disk.remove(name) }
        let file = try self.disk.open(name, .create)
        try self.disk.write(bytes.span, to: file, at: 0)
        try self.disk.sync(file)
        self.disk.close(file)
        try self.disk.syncDirectory(".")
        return name
    }

    /// Restores backups into a new directory and returns what a node that opens it finds.
    func restore(_ paths: [String]) throws -> StoreState {
        self.restored += 1
        let directory = "restored \(self.restored)"
        _ = try self.restore(paths, into: directory, files: self.disk)
        return try self.open(directory)
    }

    @discardableResult
    func restore(_ paths: [String], into directory: String, files: any FileSystem) throws -> RestoreReport {
        var random = self.random
        defer { self.random = random }
        return try Restoration.run(
            paths, into: directory, files: files, configuration: Self.configuration(""), random: { random.next() })
    }

    /// Opens a restored directory as a node would, and closes it again.
    func open(_ directory: String) throws -> StoreState {
        var random = SimulationRandom(seed: 99)
        let journal = try RecordJournal.open(
            at: directory, files: self.disk, configuration: Self.configuration("test"), random: { random.next() })
        let state = try StoreState(journal)
        guard journal.opening.minted == nil else { throw JournalError.identityInUse(journal.identity.peer) }
        try journal.close()
        return state
    }

    private static func configuration(_ cluster: String) -> JournalConfiguration {
        var configuration = JournalConfiguration(cluster: cluster, segmentLength: 4096)
        configuration.snapshots.atEnd = 1024
        return configuration
    }

    /// Another node writes the key, and its newest record comes here.
    private func hear(_ key: String) throws {
        self.sent += 1
        let written = try self.other.put(key, "from elsewhere \(self.sent)")
        try self.harness.receive(try self.other.encoded(written.dot))
    }
}
