import Causality
import Journal
import Platform
import Simulation
import Testing

@testable import StarlingCommand

/// How backups come to their files, and what is told of them.
struct BackupFileTests {
    private static let bytes = [UInt8](repeating: 7, count: 100)

    private static func write(_ files: any FileSystem, replaces: Bool = false) throws {
        let sink = try BackupSink("node.backup", replaces: replaces, console: Console(isPlain: true), files: files)
        do {
            for _ in 1...3 { try sink.write(Self.bytes) }
            try sink.finish()
        } catch {
            sink.abandon()
            throw error
        }
    }

    @Test func `a backup that is cut short never has its name`() throws {
        let disk = SimulatedFileSystem(seed: 1)
        let counted = FusedFileSystem(SimulatedFileSystem(seed: 1))
        try Self.write(counted)
        for fuse in 1...counted.changes {
            #expect(throws: CommandError.self) { try Self.write(FusedFileSystem(disk, dyingAt: fuse)) }
            disk.crash()
            guard let found = disk.contents(of: "node.backup") else { continue }
            // The rename was the last but one change, and may have become durable by itself.
            #expect(found.count == 300 && fuse == counted.changes)
            try disk.remove("node.backup")
        }
        try Self.write(disk)
        #expect(disk.durableContents(of: "node.backup")?.count == 300)
        #expect(try disk.list(".") == ["node.backup"])
    }

    @Test func `a file that exists is replaced only if that was asked for`() throws {
        let disk = SimulatedFileSystem(seed: 2)
        try Self.write(disk)
        #expect {
            try Self.write(disk)
        } throws: { ($0 as? CommandError)?.code == .inUse }
        try Self.write(disk, replaces: true)
    }

    @Test func `two backups into one file do not mix`() throws {
        let disk = SimulatedFileSystem(seed: 3)
        let first = try BackupSink("node.backup", replaces: true, console: Console(isPlain: true), files: disk)
        try first.write(Self.bytes)
        #expect {
            try Self.write(disk)
        } throws: { ($0 as? CommandError)?.code == .inUse }
        try first.finish()
        #expect(disk.contents(of: "node.backup") == Self.bytes)
    }

    @Test func `a context goes through its text`() {
        let context = CausalContext([
            Dot(peer: PeerID(rawValue: 9), sequence: 1), Dot(peer: PeerID(rawValue: 0xABC), sequence: 7),
        ])
        let text = BackupAccount.text(of: context)
        #expect(BackupAccount.context(of: text) == context)
        #expect(BackupAccount.context(of: String(text.dropLast())) == nil)
        #expect(BackupAccount.context(of: "monday.backup") == nil)
    }

    @Test func `what is told of a backup`() {
        var summary = BackupSummary()
        summary.title = BackupTitle(
            created: 1_767_225_600_000, peer: PeerID(rawValue: 0xABC), node: "berlin", cluster: "tour")
        summary.recordCount = 1_234
        summary.bytes = 4_096
        #expect(
            BackupAccount(path: "node.backup", summary: summary).text() == """
                node.backup: full backup, 1 234 records, 4.0 KiB
                  of node berlin (0000000000000abc), cluster tour, begun 2026-01-01T00:00:00.000Z
                """)
    }

    @Test func `a bar shows how far it has come`() {
        let line = ProgressBar.line("backup", 3 << 20, of: 4 << 20, after: .seconds(2))
        #expect(line.contains("75 %") && line.contains("3.0 MiB") && line.contains("1.5 MiB/s"))
        #expect(ProgressBar.line("backup", 5, of: 0, after: .seconds(1)).contains("0 %"))
    }
}
