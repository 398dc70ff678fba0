import ByteCoding
import Causality
import DataModel
import Journal
import Platform
import Simulation

/// One journal on a simulated disk, with the part of a driver that a journal needs.
final class JournalHarness {
    static let directory = "data"

    let disk: SimulatedFileSystem
    var configuration: JournalConfiguration
    private(set) var journal: RecordJournal
    private var random: SimulationRandom
    /// Milliseconds of the clock that stamps writes.
    var clock: UInt64 = 1

    init(
        seed: UInt64 = 1, segmentLength: Int = 4096, disk: SimulatedFileSystem? = nil
    ) throws {
        self.disk = disk ?? SimulatedFileSystem(seed: seed)
        self.configuration = JournalConfiguration(cluster: "test", segmentLength: segmentLength)
        var random = SimulationRandom(seed: seed &* 77 &+ 1)
        self.journal = try RecordJournal.open(
            at: Self.directory, files: self.disk, configuration: self.configuration, random: { random.next() })
        self.random = random
    }

    /// Opens the directory again, after a close or a crash.
    func reopen() throws {
        var random = self.random
        self.journal = try RecordJournal.open(
            at: Self.directory, files: self.disk, configuration: self.configuration, random: { random.next() })
        self.random = random
    }

    /// Writes, waiting for room as a driver does.
    @discardableResult
    func write(
        _ key: String, _ value: [UInt8], operation: Operation = .put, expiry: UInt64? = nil,
        token: CausalContext? = nil, continuesBatch: Bool = false
    ) throws -> Written {
        let key = Array(key.utf8)
        try self.makeRoom(self.journal.writeBytes(key: key.span, valueLength: value.count, token: token))
        self.clock += 1
        return try self.journal.write(
            key: key.span, operation: operation, value: value.span, expiry: expiry, token: token,
            timestamp: HybridTimestamp(milliseconds: self.clock, counter: 0), continuesBatch: continuesBatch)
    }

    @discardableResult
    func put(_ key: String, _ value: String, token: CausalContext? = nil) throws -> Written {
        try self.write(key, Array(value.utf8), token: token)
    }

    @discardableResult
    func delete(_ key: String, token: CausalContext? = nil) throws -> Written {
        try self.write(key, [], operation: .delete, token: token)
    }

    @discardableResult
    func receive(_ bytes: [UInt8]) throws -> Reception {
        try self.makeRoom(RecordJournal.receptionBytes(recordLength: bytes.count))
        do {
            return try self.journal.receive(bytes, 0..<bytes.count)
        } catch JournalError.notAdmitted(let byteCount) {
            try self.makeRoom(byteCount)
            return try self.journal.receive(bytes, 0..<bytes.count)
        }
    }

    func join(_ context: CausalContext, floor: VersionVector? = nil) throws {
        try self.makeRoom(self.journal.joinBytes(context: context, floor: floor))
        try self.journal.join(context: context, floor: floor)
    }

    /// Waits until that many bytes are admitted; throws what they are refused with.
    func makeRoom(_ byteCount: Int) throws {
        for _ in 0..<4 {
            switch self.journal.admit(byteCount: byteCount) {
            case .now: return
            case .refused(let error): throw error
            case .later: self.prepare()
            }
        }
        throw JournalError.notAdmitted(byteCount: byteCount)
    }

    /// Has the next segment prepared, if it is time.
    func prepare() {
        if let job = self.journal.takeBackgroundJob() { self.disk.submit(job) }
        self.runJobs()
    }

    /// Does a piece of what is done in the background; its job, if there is one, is begun and not waited for.
    /// Returns whether there was anything to do.
    @discardableResult
    func tick() -> Bool {
        let wasWanted = self.journal.wantsTurn
        guard let job = self.journal.takeBackgroundJob() else { return wasWanted || self.journal.wantsTurn }
        self.disk.submit(job)
        return true
    }

    /// Does all that is to be done in the background, and waits for the end.
    func settle() {
        while true {
            let didSomething = self.tick()
            self.runJobs()
            guard didSomething || self.journal.wantsTurn else { return }
        }
    }

    /// Writes everything appended, and waits for the end.
    func flush(sync: Bool = true) {
        if let job = self.journal.takeFlush(sync: sync) { self.disk.submit(job) }
        self.runJobs()
    }

    func runJobs() {
        self.disk.runJobs()
        for completion in self.disk.takeCompletions() { self.journal.stored(completion.id, completion.result) }
    }

    func value(_ record: LiveRecord) throws -> [UInt8] {
        var buffer: [UInt8] = [9, 9, 9]
        try self.journal.readValue(record, into: &buffer)
        return buffer
    }

    /// The values of a key's siblings, tombstones left out, in the order of their dots.
    func values(_ key: String) throws -> [String] {
        guard let slot = self.journal.index.find(Array(key.utf8).span) else { return [] }
        return try self.journal.index.records(of: slot).filter { $0.operation != .delete }
            .map { String(decoding: try self.value($0), as: UTF8.self) }
    }

    /// The bytes of a live record as they travel.
    func encoded(_ dot: Dot) throws -> [UInt8] {
        guard let found = self.journal.index.find(dot) else { return [] }
        var writer = ByteWriter()
        try self.journal.readEncoded(found.record, appendingTo: &writer)
        return writer.bytes
    }

    func state() throws -> StoreState { try StoreState(self.journal) }
}
