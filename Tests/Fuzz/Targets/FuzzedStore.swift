import Causality
import DataModel
import Platform
import Simulation

@testable import Journal

/// A journal on a simulated disk, the same one every time, and the damage that is done to its files.
final class FuzzedStore {
    private static let directory = "/data"

    let disk = SimulatedFileSystem(seed: 1)
    private var configuration: JournalConfiguration
    private(set) var journal: RecordJournal
    private var random = SimulationRandom(seed: 5)
    private var clock: UInt64 = 1
    /// What the store held after each step.
    private(set) var states: [FuzzedState] = []

    init(segmentLength: Int) throws {
        self.configuration = JournalConfiguration(cluster: FuzzedNode.cluster, segmentLength: segmentLength)
        self.configuration.snapshots.atEnd = 1
        var random = self.random
        self.journal = try RecordJournal.open(
            at: Self.directory, files: self.disk, configuration: self.configuration, random: { random.next() })
        self.random = random
    }

    /// Opens the directory and reads everything; nil if it is refused with a typed error.
    func reopen() throws -> FuzzedState? {
        var random = self.random
        defer { self.random = random }
        do {
            self.journal = try RecordJournal.open(
                at: Self.directory, files: self.disk, configuration: self.configuration, random: { random.next() })
            return try FuzzedState(self.journal)
        } catch let error as JournalError {
            try FuzzFinding.unless(!error.description.isEmpty, "an error without words")
            return nil
        }
    }

    /// Writes, replaces, deletes, writes a batch and joins what others have seen, over several segments.
    func fill() throws {
        try self.note()
        for step in UInt8(0)..<24 {
            switch step % 6 {
            case 3: try self.write([step / 6], nil)
            case 4: try self.writeBatch(step)
            case 5: try self.join(UInt64(step))
            default: try self.write([step % 4], [UInt8](repeating: step, count: 30))
            }
            try self.note()
        }
    }

    /// Writes one key; deletes it if there is no value.
    func write(_ key: [UInt8], _ value: [UInt8]?, continuesBatch: Bool = false) throws {
        let value = value ?? []
        if !continuesBatch {
            try self.makeRoom(self.journal.writeBytes(key: key.span, valueLength: value.count, token: nil))
        }
        self.clock += 1
        _ = try self.journal.write(
            key: key.span, operation: value.isEmpty ? .delete : .put, value: value.span, expiry: nil, token: nil,
            timestamp: HybridTimestamp(milliseconds: self.clock, counter: 0), continuesBatch: continuesBatch)
    }

    /// Writes, opens again and throws unless the same is there.
    func useAndCompare() throws {
        do {
            try self.write([7], [1, 2, 3])
        } catch JournalError.tooManySiblings {
        } catch JournalError.contextTooLarge {}
        self.flush()
        let before = try FuzzedState(self.journal)
        self.disk.killProcess()
        let after = try self.reopen()
        try FuzzFinding.unless(after == before, "reopened, the store holds \(after as Any) and not \(before)")
    }

    /// Has an index snapshot written, and returns its path.
    func writeSnapshot() throws -> String {
        self.journal.endSnapshots()
        for _ in 0..<64 where self.journal.isSnapshotting { self.flush() }
        let names = try self.disk.list(Self.directory + "/index").filter { $0.hasSuffix(".idx") }
        guard let name = names.last else { throw FuzzFinding("no snapshot was written on a sound disk") }
        return Self.directory + "/index/" + name
    }

    /// Puts these bytes in the place of a file's.
    func replace(_ path: String, with bytes: [UInt8]) throws {
        let file = try self.disk.open(path, .readWrite)
        defer { self.disk.close(file) }
        try self.disk.truncate(file, to: 0)
        try self.disk.write(bytes.span, to: file, at: 0)
        try self.disk.sync(file)
    }

    /// Puts these bytes in the place of the first segment's.
    func replaceSegment(with bytes: [UInt8]) throws {
        let file = try self.disk.open(Self.directory + "/log/00000001.seg", .readWrite)
        defer { self.disk.close(file) }
        try self.disk.truncate(file, to: 0)
        try self.disk.write(bytes.span, to: file, at: 0)
        try self.disk.sync(file)
    }

    /// Does one thing to the files.
    func damage(_ input: inout FuzzInput) throws {
        let operation = input.byte()
        let names = try self.disk.list(Self.directory + "/log").filter { $0.hasSuffix(".seg") }
        guard !names.isEmpty else { return }
        let path = Self.directory + "/log/" + names[Int(operation >> 4) % names.count]
        guard var bytes = self.disk.contents(of: path), !bytes.isEmpty else { return }
        let start = input.short() % bytes.count
        switch operation & 7 {
        case 0, 1: bytes[start] ^= 1 << (input.byte() & 7)
        case 2: for place in start..<min(bytes.count, start + input.short()) { bytes[place] = 0 }
        case 3:
            let source = input.short() % bytes.count
            let moved = bytes[source..<min(bytes.count, source + Int(input.byte()))]
            for (place, byte) in zip(start..<bytes.count, Array(moved)) { bytes[place] = byte }
        case 4: bytes.removeLast(bytes.count - start)
        case 5:
            let other = Self.directory + "/log/" + names[Int(input.byte()) % names.count]
            let foreign = self.disk.contents(of: other) ?? []
            for (place, byte) in zip(start..<bytes.count, foreign.dropFirst(start)) { bytes[place] = byte }
        case 6: bytes += [UInt8](repeating: 0, count: input.short())
        default:
            try self.disk.remove(path)
            return
        }
        let file = try self.disk.open(path, .readWrite)
        defer { self.disk.close(file) }
        try self.disk.truncate(file, to: 0)
        try self.disk.write(bytes.span, to: file, at: 0)
        try self.disk.sync(file)
    }

    private func note() throws {
        self.flush()
        self.states.append(try FuzzedState(self.journal))
    }

    private func writeBatch(_ step: UInt8) throws {
        let keys: [[UInt8]] = [[0], [1], [9]]
        let value = [step, step]
        let length = keys.reduce(0) { $0 + self.journal.writeBytes(key: $1.span, valueLength: 2, token: nil) }
        try self.makeRoom(length)
        try self.journal.beginGroup(byteCount: length)
        for key in keys { try self.write(key, value, continuesBatch: key != [9]) }
        self.journal.endGroup()
    }

    private func join(_ sequence: UInt64) throws {
        var context = CausalContext()
        context.insert(sequence...(sequence + 2), of: PeerID(rawValue: 0xABCD))
        var floor = VersionVector()
        floor.raise(PeerID(rawValue: 0xABCE), to: sequence)
        for entry in floor.entries { context.insert(1...entry.sequence, of: entry.peer) }
        try self.makeRoom(self.journal.joinBytes(context: context, floor: floor))
        try self.journal.join(context: context, floor: floor)
    }

    private func makeRoom(_ byteCount: Int) throws {
        for _ in 0..<4 {
            switch self.journal.admit(byteCount: byteCount) {
            case .now: return
            case .refused(let error): throw error
            case .later: self.flush()
            }
        }
        throw FuzzFinding("there is no room for \(byteCount) bytes on a sound disk")
    }

    /// Writes and syncs everything, and has the next segment prepared if it is time.
    private func flush() {
        for job in [self.journal.takeFlush(sync: true), self.journal.takeBackgroundJob()] {
            if let job { self.disk.submit(job) }
            self.disk.runJobs()
            for completion in self.disk.takeCompletions() { self.journal.stored(completion.id, completion.result) }
        }
    }
}
