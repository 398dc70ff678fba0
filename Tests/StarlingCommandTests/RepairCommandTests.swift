import DataModel
import Foundation
import Journal
import PosixPlatform
import Testing

@testable import StarlingCommand

/// `starling verify` and `starling repair`, run as the program runs them, on directories of a real disk.
struct RepairCommandTests {
    private let directory =
        ProcessFacts.temporaryDirectory + "/starling-repair-\(ProcessFacts.processID)-"
        + "\(UInt64.random(in: .min ... .max))"

    /// A directory of one node with so many keys, closed in good order.
    private func fill(_ count: Int) throws {
        let environment = try PosixEnvironment(trace: { _ in })
        defer { environment.close() }
        let journal = try self.open(environment)
        for number in 0..<count {
            let (key, value) = (Array("key \(number)".utf8), Array("value \(number)".utf8))
            _ = try journal.write(
                key: key.span, operation: .put, value: value.span, expiry: nil, token: nil,
                timestamp: journal.nextTimestamp(wall: 1), continuesBatch: false)
        }
        try journal.close()
    }

    private func open(_ environment: PosixEnvironment) throws -> RecordJournal {
        var configuration = JournalConfiguration(cluster: "test", segmentLength: 65536)
        configuration.healsDamage = false
        return try RecordJournal.open(
            at: self.directory, files: environment.files, configuration: configuration,
            random: { UInt64.random(in: 1 ... .max) })
    }

    /// Flips a bit of the log's first segment.
    private func damage(at offset: UInt64) throws {
        let file = try #require(FileHandle(forUpdatingAtPath: self.directory + "/log/00000001.seg"))
        defer { try? file.close() }
        try file.seek(toOffset: offset)
        let byte = try #require(try file.read(upToCount: 1)?.first)
        try file.seek(toOffset: offset)
        try file.write(contentsOf: Data([byte ^ 4]))
    }

    private func remove() { try? FileManager.default.removeItem(atPath: self.directory) }

    @Test func `a directory that is intact is verified, and there is nothing to repair`() throws {
        defer { self.remove() }
        try self.fill(50)
        #expect(StarlingProgram.run(["verify", self.directory]) == .success)
        #expect(StarlingProgram.run(["verify", self.directory, "--json"]) == .success)
        #expect(StarlingProgram.run(["repair", "--yes", self.directory]) == .success)
        let environment = try PosixEnvironment(trace: { _ in })
        defer { environment.close() }
        let journal = try self.open(environment)
        #expect(journal.index.keyCount == 50 && journal.opening.minted == nil)
        try journal.close()
    }

    @Test func `a damaged directory is found out, refused, and opens once it is repaired`() throws {
        defer { self.remove() }
        try self.fill(50)
        try self.damage(at: 600)
        #expect(StarlingProgram.run(["verify", self.directory]) == .badData)
        let environment = try PosixEnvironment(trace: { _ in })
        defer { environment.close() }
        #expect(throws: JournalError.self) { try self.open(environment) }
        #expect(StarlingProgram.run(["repair", "--yes", self.directory, "--json"]) == .success)
        // The log is put aside, to be taken back by the node.
        #expect(StarlingProgram.run(["verify", self.directory]) == .badData)
        let journal = try self.open(environment)
        #expect(journal.isHealing && journal.isLossAccepted && journal.salvage?.keys == 49)
        try journal.close()
    }

    @Test func `a damaged index snapshot is named, and removed by a repair that keeps the log`() throws {
        defer { self.remove() }
        try self.fill(50)
        try FileManager.default.createDirectory(atPath: self.directory + "/index", withIntermediateDirectories: true)
        let path = self.directory + "/index/00000001.idx"
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
        #expect(StarlingProgram.run(["verify", self.directory]) == .badData)
        #expect(StarlingProgram.run(["repair", "--yes", self.directory]) == .success)
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(StarlingProgram.run(["verify", self.directory]) == .success)
    }

    @Test func `a directory that a node has open, or that is none, is left alone`() throws {
        defer { self.remove() }
        let environment = try PosixEnvironment(trace: { _ in })
        defer { environment.close() }
        let journal = try self.open(environment)
        #expect(StarlingProgram.run(["verify", self.directory]) == .inUse)
        #expect(StarlingProgram.run(["repair", "--yes", self.directory]) == .inUse)
        try journal.close()
        #expect(StarlingProgram.run(["verify", self.directory + "/nothing"]) != .success)
        #expect(StarlingProgram.run(["repair", "--yes", self.directory + "/nothing"]) != .success)
        #expect(StarlingProgram.run(["verify"]) == .usage)
    }
}
