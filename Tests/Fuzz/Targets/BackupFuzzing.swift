import ByteCoding
import Causality
import Platform
import Simulation

@testable import Journal

/// Files that are given to `starling restore`.
enum BackupFuzzing {
    /// The first byte says whether the rest is a file as it is, or frames whose checksums are made right: each a byte
    /// for its kind, its length in two bytes, and its payload; the frame that ends a backup is made right in whole.
    static func run(_ bytes: [UInt8]) throws {
        var input = FuzzInput(bytes)
        let control = input.byte()
        let file = control % 2 == 0 ? Array(input.rest) : self.sealed(&input)
        var decoder = BackupDecoder()
        do throws(BackupError) {
            for piece in FuzzInput.pieces(of: file, seed: control) {
                decoder.append(piece)
                try decoder.check()
            }
            try decoder.finish()
        } catch {
            return
        }
        try self.restore(file, decoder.summary)
    }

    private static func sealed(_ input: inout FuzzInput) -> [UInt8] {
        var encoder = BackupEncoder(id: 1)
        var contextOffset: UInt64?
        var file: [UInt8] = []
        for _ in 0..<32 where !input.isEmpty {
            guard let kind = BackupFrameKind(rawValue: input.byte() % 8), kind != .end else { break }
            if kind == .context || kind == .floor { contextOffset = contextOffset ?? encoder.length }
            let payload = input.bytes(input.short() % 2048)
            encoder.append(kind) { $0.write(payload) }
        }
        file += encoder.take()
        var decoder = BackupDecoder()
        decoder.append(file)
        try? decoder.check()
        let summary = decoder.summary
        encoder.appendEnd(
            records: summary.recordCount, kept: summary.keptCount, contextOffset: contextOffset ?? encoder.length)
        return file + encoder.take()
    }

    /// What is whole is restored, or refused; what was restored can be opened and claims what the file did.
    private static func restore(_ file: [UInt8], _ summary: BackupSummary) throws {
        let disk = SimulatedFileSystem(seed: 1)
        let id = try disk.open("backup", .create)
        try disk.write(file.span, to: id, at: 0)
        disk.close(id)
        var random = SimulationRandom(seed: 2)
        var configuration = JournalConfiguration(cluster: "", segmentLength: 4096)
        do throws(RestoreError) {
            _ = try Restoration.run(
                ["backup"], into: "data", files: disk, configuration: configuration, random: { random.next() })
        } catch {
            return
        }
        try FuzzFinding.unless(summary.since.isEmpty, "an incremental backup was restored alone")
        let context = try BackupFile.context(of: "backup", files: disk)
        try FuzzFinding.unless(context == summary.context, "the end of the file claims other than the whole")
        configuration.cluster = summary.title.cluster
        let journal = try RecordJournal.open(
            at: "data", files: disk, configuration: configuration, random: { random.next() })
        try FuzzFinding.unless(
            journal.context.isSuperset(of: summary.context), "what was restored does not hold what the file did")
        try journal.close()
    }
}
