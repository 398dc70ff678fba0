import Causality
import DataModel
import Journal
import Platform
import Simulation
import Testing

/// The life of a data directory, from its first opening to a restoration from its backup, on a disk that fails once.
///
/// Whoever operates it does what a driver and a person would: asks again, and opens again what did not open, or has
/// failed. What was acknowledged is noted, and looked for all the time.
struct FaultStory {
    static let directory = "data"
    private static let keyCount = 7

    let disk: SimulatedFileSystem
    let files: FaultyFileSystem
    /// Whether the power fails as soon as the fault has been seen.
    let losesPower: Bool
    let words: String
    private var journal: RecordJournal?
    private var random: SimulationRandom
    private var clock: UInt64 = 0
    /// Per key what may be read of it, oldest first: the last acknowledged value, and those written since.
    private var values: [[(value: String, heldUntil: UInt64)]]
    /// Errors that somebody was told of.
    private(set) var errors: [String] = []
    /// How often a log has become read-only.
    private(set) var failures = 0
    private(set) var restarts = 0

    init(_ fault: FaultyFileSystem.Fault, at place: Int?, losesPower: Bool = false) {
        self.disk = SimulatedFileSystem(seed: 1)
        self.files = FaultyFileSystem(self.disk, fault, at: place)
        self.losesPower = losesPower
        self.words = "\(fault) at \(place ?? 0)"
        self.random = SimulationRandom(seed: 11)
        self.values = Array(repeating: [("", 0)], count: FaultStory.keyCount)
    }

    /// Tells the whole story.
    mutating func run() throws {
        try self.open()
        try self.live(26)
        try self.keepPeers()
        self.journal?.compact()
        try self.settle()
        try self.live(10)
        self.journal?.endSnapshots()
        try self.settle()
        let backup = try self.backup()
        try self.live(4)
        try self.expectWritten()
        try self.close()
        try self.open()
        try self.expectWritten()
        try self.live(8)
        self.journal?.endSnapshots()
        try self.settle()
        try self.expectTidy()
        try self.close()
        try self.restore(backup)
        #expect(self.files.openFileCount == 0 && self.files.strayCloses == 0, "\(self.words)")
    }

    // The journal, as a process has it.

    private mutating func open() throws {
        do {
            self.journal = try self.opened()
        } catch let error as JournalError {
            try self.note(error)
            #expect(self.files.openFileCount == 0, "\(self.words): files are left open by \(error)")
            self.losePower()
            self.journal = try self.opened()
        }
    }

    private mutating func opened() throws -> RecordJournal {
        var configuration = JournalConfiguration(cluster: "test", segmentLength: 1024)
        configuration.snapshots.atEnd = 1
        var random = self.random
        defer { self.random = random }
        return try RecordJournal.open(
            at: FaultStory.directory, files: self.files, configuration: configuration, random: { random.next() })
    }

    private func present() throws -> RecordJournal { try #require(self.journal) }

    private mutating func close() throws {
        let journal = try self.present()
        do {
            try journal.close()
            self.journal = nil
            // Whoever was waiting is answered at a good end.
            self.acknowledge(.max)
        } catch {
            self.journal = nil
            try self.note(error)
            self.losePower()
            try self.open()
            try self.close()
        }
    }

    /// A person ends the process and starts another, since it says that it takes no more writes.
    private mutating func restart() throws {
        self.restarts += 1
        try? self.present().close()
        self.journal = nil
        #expect(self.files.openFileCount == 0, "\(self.words)")
        self.losePower()
        try self.open()
        try self.expectWritten()
    }

    private func losePower() {
        guard self.losesPower else { return }
        self.disk.crash()
    }

    /// Somebody was told: by an error that says what could not be done with what, and once at the most.
    private mutating func note(_ error: JournalError) throws {
        let struck = try #require(self.files.struck, "\(self.words): \(error)")
        self.errors.append("\(error)")
        let isNamed = "\(error)".contains(struck.call) || "\(error)".contains(FaultStory.directory)
        #expect(isNamed, "\(self.words): \(error)")
    }

    // What a driver does.

    private mutating func takeCompletions() throws {
        let journal = try self.present()
        for completion in self.files.takeCompletions() { journal.stored(completion.id, completion.result) }
        if let refusal = journal.refusal {
            self.errors.append("\(refusal)")
            // Reading goes on, nothing is acknowledged, and the next attempt is made.
            try self.expectWritten()
            let job = try #require(journal.takeAnotherAttempt(), "\(self.words)")
            self.files.submit(job)
            for completion in self.files.takeCompletions() { journal.stored(completion.id, completion.result) }
            #expect(!journal.isRefused && !journal.hasFailed, "\(self.words)")
        }
        self.acknowledge(journal.syncedLSN)
        guard let failure = journal.failure else { return }
        self.failures += 1
        try self.note(failure)
        let isSync = ["fdatasync", "fsync"].contains(self.files.struck?.call)
        #expect(isSync, "\(self.words): \(failure)")
        guard case .refused = journal.admit(byteCount: 10) else {
            Issue.record("\(self.words): a log that has failed admits a write")
            return
        }
        try self.expectWritten()
        try self.restart()
    }

    private mutating func flush() throws {
        let journal = try self.present()
        if let job = journal.takeFlush(sync: true) { self.files.submit(job) }
        try self.takeCompletions()
        #expect(try self.present().syncedLSN == self.present().appendedLSN, "\(self.words)")
    }

    private mutating func settle() throws {
        for _ in 0..<400 {
            let journal = try self.present()
            let wasWanted = journal.wantsTurn
            guard let job = journal.takeBackgroundJob() else {
                if journal.wantsSync { try self.flush() } else if !wasWanted, !journal.wantsTurn { return }
                continue
            }
            self.files.submit(job)
            try self.takeCompletions()
        }
        Issue.record("\(self.words): the work in the background does not end")
    }

    // What clients do.

    private mutating func live(_ count: Int) throws {
        for step in 0..<count {
            self.clock += 1
            let number = self.random.below(FaultStory.keyCount)
            try self.write(number, self.random.chance(0.15) ? "" : "value \(self.clock) of some length")
            if step % 2 == 1 { try self.flush() }
        }
        try self.flush()
    }

    /// An empty value stands for a delete. Asks again until it is admitted.
    private mutating func write(_ number: Int, _ value: String) throws {
        let (key, bytes) = (Array("key \(number)".utf8), Array(value.utf8))
        for _ in 0..<8 {
            let journal = try self.present()
            let byteCount = journal.writeBytes(key: key.span, valueLength: bytes.count, token: nil)
            switch journal.admit(byteCount: byteCount) {
            case .now:
                let written = try journal.write(
                    key: key.span, operation: value.isEmpty ? .delete : .put, value: bytes.span, expiry: nil,
                    token: nil, timestamp: HybridTimestamp(milliseconds: self.clock, counter: 0),
                    continuesBatch: false)
                _ = written
                self.values[number].append((value, journal.appendedLSN))
                return
            case .refused(let error): try self.note(error)
            case .later: break
            }
            if let job = journal.takeBackgroundJob() { self.files.submit(job) }
            try self.takeCompletions()
        }
        Issue.record("\(self.words): a write is not admitted any more")
    }

    private mutating func keepPeers() throws {
        let journal = try self.present()
        let number = journal.keepPeers([1, 2, 3])
        for _ in 0..<4 where journal.durablePeersNumber < number {
            journal.retryPeers()
            if let job = journal.takeBackgroundJob() { self.files.submit(job) }
            try self.takeCompletions()
            // A process that was started anew has other things to do.
            guard try self.present() === journal else { return }
        }
        #expect(journal.durablePeersNumber == number, "\(self.words)")
    }

    // What is there.

    private mutating func acknowledge(_ lsn: UInt64) {
        for number in self.values.indices {
            guard let last = self.values[number].lastIndex(where: { $0.heldUntil <= lsn }) else { continue }
            self.values[number].removeFirst(last)
        }
    }

    /// Every key has the value acknowledged last, or one written since.
    private mutating func expectWritten() throws {
        let journal = try self.present()
        for number in self.values.indices {
            let found = try self.read(number, journal)
            let place = self.values[number].lastIndex { $0.value == found }
            #expect(place != nil, "\(self.words): key \(number) is \"\(found)\", not of \(self.values[number])")
            // What a new process has found it keeps.
            if let place, journal.syncedLSN == journal.appendedLSN {
                self.values[number] = [(self.values[number][place].value, 0)]
            }
        }
    }

    /// No more room is taken than is needed: a segment that is prepared, and one index snapshot.
    private func expectTidy() throws {
        let log = try self.disk.list(FaultStory.directory + "/log")
        #expect(log.count { !$0.hasSuffix(".seg") } <= 1, "\(self.words): \(log)")
        let index = try self.disk.list(FaultStory.directory + "/index")
        #expect(index.count <= 2, "\(self.words): \(index)")
    }

    private mutating func read(_ number: Int, _ journal: RecordJournal) throws -> String {
        guard let slot = journal.index.find(Array("key \(number)".utf8).span) else { return "" }
        let records = journal.index.records(of: slot)
        #expect(records.count == 1, "\(self.words)")
        guard let record = records.first, record.operation == .put else { return "" }
        var bytes: [UInt8] = []
        do {
            try journal.readValue(record, into: &bytes)
        } catch {
            try self.note(error)
            try journal.readValue(record, into: &bytes)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // Backups.

    private mutating func backup() throws -> [UInt8] {
        for _ in 0..<2 {
            let journal = try self.present()
            let title = BackupTitle(created: 7, peer: journal.identity.peer, node: "berlin", cluster: "test")
            var stream = try BackupStream(of: journal, title: title, id: 3)
            var bytes: [UInt8] = []
            do {
                while true {
                    let piece = try stream.read(200, from: journal)
                    guard !piece.isEmpty else { break }
                    bytes += piece
                }
                stream.close(journal)
                return bytes
            } catch CutError.journal(let error) {
                stream.close(journal)
                try self.note(error)
            }
        }
        Issue.record("\(self.words): no backup")
        return []
    }

    private mutating func restore(_ backup: [UInt8]) throws {
        let file = try self.disk.open("backup", .create)
        try self.disk.write(backup.span, to: file, at: 0)
        try self.disk.sync(file)
        self.disk.close(file)
        try self.disk.syncDirectory(".")
        do {
            try self.restore(into: "restored")
        } catch let error as RestoreError {
            #expect(self.files.struck != nil, "\(self.words): \(error)")
            self.errors.append("\(error)")
            #expect(self.files.openFileCount == 0, "\(self.words): files are left open by \(error)")
            self.losePower()
            // Either nobody opens what was begun, or there is nothing, or all was there but the last sync.
            if self.disk.exists("restored"), try !self.disk.list("restored").isEmpty {
                let isWhole = (try? self.openRestored("restored")) != nil
                #expect(isWhole != self.disk.exists("restored/unfinished"), "\(self.words): \(error)")
            }
            try self.restore(into: "restored again")
        }
    }

    private mutating func restore(into directory: String) throws {
        var configuration = JournalConfiguration(cluster: "", segmentLength: 1024)
        configuration.snapshots.atEnd = 1
        var random = self.random
        defer { self.random = random }
        let report = try Restoration.run(
            ["backup"], into: directory, files: self.files, configuration: configuration, random: { random.next() })
        #expect(try self.openRestored(directory) == report.liveCount, "\(self.words)")
    }

    private func openRestored(_ directory: String) throws -> Int {
        var random = SimulationRandom(seed: 5)
        let configuration = JournalConfiguration(cluster: "test", segmentLength: 1024)
        let journal = try RecordJournal.open(
            at: directory, files: self.disk, configuration: configuration, random: { random.next() })
        let count = try StoreState(journal).records.count
        try journal.close()
        return count
    }
}
