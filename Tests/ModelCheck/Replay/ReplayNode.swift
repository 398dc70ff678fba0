import ByteCoding
import Causality
import DataModel
import Journal
import Platform
import Simulation

/// A real journal on a simulated disk that fails at nothing but power cuts.
final class ReplayNode {
    private static let directory = "data"

    private(set) var journal: RecordJournal
    private let disk: SimulatedFileSystem
    private let configuration: JournalConfiguration
    private var image: DirectoryImage?

    init(peer: PeerID, seed: UInt64, segmentLength: Int) throws {
        self.disk = SimulatedFileSystem(seed: seed)
        self.configuration = JournalConfiguration(cluster: "model", segmentLength: segmentLength)
        self.journal = try Self.open(self.disk, self.configuration, as: peer)
    }

    /// Opens the directory. If a peer ID is minted it is `peer`.
    private static func open(
        _ disk: SimulatedFileSystem, _ configuration: JournalConfiguration, as peer: PeerID
    ) throws -> RecordJournal {
        // The identity is drawn first, if one is; everything after may be any number.
        var drawn = peer.rawValue
        let journal = try RecordJournal.open(at: Self.directory, files: disk, configuration: configuration) {
            defer { drawn = drawn &* 0x9E37_79B9_7F4A_7C15 &+ 1 }
            return drawn
        }
        guard journal.identity.peer == peer else {
            throw ReplayError.unexpected("opened as \(journal.identity.peer) instead of \(peer)")
        }
        return journal
    }

    /// Writes to a key. The value is the timestamp in decimal, so that no two writes have the same.
    func write(
        key: Substring, isDelete: Bool, token: CausalContext?, timestamp: UInt64, expiry: UInt64?
    ) throws {
        let key = Array(key.utf8)
        let value = isDelete ? [] : Array(String(timestamp).utf8)
        try self.makeRoom(self.journal.writeBytes(key: key.span, valueLength: value.count, token: token))
        _ = try self.journal.write(
            key: key.span, operation: isDelete ? .delete : .put, value: value.span, expiry: expiry, token: token,
            timestamp: HybridTimestamp(rawValue: timestamp), continuesBatch: false)
    }

    /// Applies records as one group, as the replica does with those of one message. Returns their dots.
    func receive(_ records: [ArraySlice<UInt8>]) throws -> [Dot] {
        var dots: [Dot] = []
        var missing = 0
        while dots.count < records.count {
            let rest = records[dots.count...]
            let byteCount = rest.reduce(missing) { $0 + RecordJournal.receptionBytes(recordLength: $1.count) }
            try self.makeRoom(byteCount)
            try self.journal.beginGroup(byteCount: byteCount)
            defer { self.journal.endGroup() }
            missing = 0
            while dots.count < records.count, missing == 0 {
                do throws(JournalError) {
                    let bytes = Array(records[dots.count])
                    switch try self.journal.receive(bytes, 0..<bytes.count) {
                    case .ignored(let dot): dots.append(dot)
                    case .covered(let layout), .applied(let layout, _, _): dots.append(layout.head.dot)
                    }
                } catch {
                    guard case .notAdmitted(let needed) = error else { throw error }
                    missing = needed
                }
            }
        }
        return dots
    }

    /// Joins a closing: a snapshot's with its floor, and without what was not streamed.
    func join(_ context: CausalContext, snapshotFloor floor: VersionVector?, streamed: CausalContext) throws {
        var byteCount = self.journal.joinBytes(context: context, floor: floor)
        if floor != nil { byteCount += self.journal.absentBytes(closing: context, streamed: streamed) }
        try self.makeRoom(byteCount)
        try self.journal.beginGroup(byteCount: byteCount)
        defer { self.journal.endGroup() }
        if floor != nil { try self.journal.dropAbsent(closing: context, streamed: streamed) }
        try self.journal.join(context: context, floor: floor)
    }

    func sync() throws {
        if let job = self.journal.takeFlush(sync: true) { self.disk.submit(job) }
        self.runJobs()
        guard self.journal.syncedLSN == self.journal.appendedLSN else {
            throw ReplayError.unexpected("the log is not synced after a sync")
        }
    }

    func crash() throws {
        self.disk.crash()
        try self.reopen(as: self.journal.identity.peer)
    }

    func restart() throws {
        try self.journal.close()
        try self.reopen(as: self.journal.identity.peer)
    }

    func mint(_ peer: PeerID) throws {
        try self.journal.mint(peer)
    }

    func backUp() {
        self.image = self.disk.snapshotImage(of: Self.directory)
    }

    func rewind(as peer: PeerID) throws {
        guard let image = self.image else { throw ReplayError.command("rewind without a backup") }
        self.disk.crash()
        self.disk.restoreImage(image, to: Self.directory)
        try self.reopen(as: peer)
    }

    func wipe(as peer: PeerID) throws {
        self.image = nil
        self.disk.crash()
        self.disk.wipe(Self.directory)
        try self.reopen(as: peer)
    }

    private func reopen(as peer: PeerID) throws {
        self.journal = try Self.open(self.disk, self.configuration, as: peer)
    }

    /// Waits until that many bytes are admitted, as a driver does.
    private func makeRoom(_ byteCount: Int) throws {
        for _ in 0..<4 {
            switch self.journal.admit(byteCount: byteCount) {
            case .now: return
            case .refused(let error): throw error
            case .later:
                if let job = self.journal.takeBackgroundJob() { self.disk.submit(job) }
                self.runJobs()
            }
        }
        throw ReplayError.unexpected("no room for \(byteCount) bytes")
    }

    private func runJobs() {
        self.disk.runJobs()
        for completion in self.disk.takeCompletions() { self.journal.stored(completion.id, completion.result) }
    }
}
