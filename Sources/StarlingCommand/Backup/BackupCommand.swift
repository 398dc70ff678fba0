import Causality
import Journal
import Platform
import PosixPlatform

/// `starling backup`: writes a backup of a running node, or of a stopped node's directory.
enum BackupCommand {
    static let command = Command(
        name: "backup", group: .cluster, summary: "write a backup of a node, which goes on serving", operands: "[DIR]",
        operandCount: 0...1, flags: [Self.to, Self.since, Self.force] + GlobalFlags.client,
        examples: [
            Command.Example("starling backup --to monday.backup", "everything the node at port 9000 has written"),
            Command.Example(
                "starling backup --to tuesday.backup --since monday.backup", "only what has changed since then"),
            Command.Example("starling backup --to - | zstd > node.backup.zst", "to the standard output"),
            Command.Example("starling backup data --to node.backup", "of a stopped node's directory"),
        ],
        notes: [
            "The backup is one consistent state: all that had been written when it was begun, and nothing else. "
                + "Each frame of it carries a checksum, and so does the whole; starling verify --backup checks them.",
            "The file has its name only when it is complete and on the disk. A node keeps what is replaced while it "
                + "is being backed up; a backup that nobody fetches for a minute is given up.",
        ],
        run: { invocation throws(CommandError) in try Self.run(invocation) })

    private static let to = Flag("to", .required("FILE"), isSetting: false, help: "the file to write; - for the output")
    private static let since = Flag(
        "since", .required("FILE|CONTEXT"), isSetting: false,
        help: "only what has changed since that backup, or since the context that its --json told")
    private static let force = Flag("force", .switchOnly, isSetting: false, help: "replace FILE if it exists")

    private static func run(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        guard let path = invocation.settings.last(Self.to)?.text, !path.isEmpty else {
            throw CommandError(.usage, "backup needs --to FILE.  See: starling backup --help")
        }
        let environment = try PosixEnvironment.forCommand()
        defer { environment.close() }
        let since = try Self.context(invocation.settings.last(Self.since), path, environment.files)
        let isJSON = try invocation.settings.isOn(GlobalFlags.json)
        let startedAt = Clocks.now
        let source: any BackupSource =
            if let directory = invocation.operands.first {
                try DirectoryBackup(directory, since: since, environment: environment)
            } else {
                try NodeBackup(invocation.settings, since: since)
            }
        defer { source.close() }
        let sink = try BackupSink(
            path, replaces: try invocation.settings.isOn(Self.force), console: invocation.console,
            files: environment.files)
        let summary: BackupSummary
        do throws(CommandError) {
            let isQuiet = isJSON || path == "-"
            summary = try Self.copy(
                source, sink, ProgressBar("backup", console: invocation.console, isQuiet: isQuiet))
            try sink.finish()
        } catch {
            sink.abandon()
            throw error
        }
        let time = Clocks.now.since(startedAt)
        let account = BackupAccount(path: path, summary: summary)
        if path == "-" {
            invocation.console.complain(isJSON ? account.json(time).text : account.text(time))
        } else {
            try invocation.console.print(isJSON ? account.json(time).text : account.text(time))
        }
        return .success
    }

    /// Copies all of it, checking it on the way.
    private static func copy(
        _ source: any BackupSource, _ sink: BackupSink, _ bar: ProgressBar
    ) throws(CommandError) -> BackupSummary {
        var bar = bar
        defer { bar.clear() }
        var decoder = BackupDecoder()
        while true {
            let bytes = try source.next()
            guard !bytes.isEmpty else { break }
            try Self.unlessDamaged { () throws(BackupError) in
                decoder.append(bytes)
                try decoder.check()
            }
            try sink.write(bytes)
            bar.show(decoder.summary.bytes, of: source.expectedBytes)
        }
        try Self.unlessDamaged { () throws(BackupError) in try decoder.finish() }
        return decoder.summary
    }

    private static func unlessDamaged(_ body: () throws(BackupError) -> Void) throws(CommandError) {
        do throws(BackupError) {
            try body()
        } catch {
            throw CommandError(.badData, "the backup did not arrive as it was sent: \(error). Try again.")
        }
    }

    /// What an incremental backup is to be made from.
    private static func context(
        _ setting: Setting?, _ path: String, _ files: PosixFileSystem
    ) throws(CommandError) -> CausalContext {
        guard let setting else { return CausalContext() }
        if let context = BackupAccount.context(of: setting.text) { return context }
        guard setting.text != path else {
            throw CommandError(.usage, lines: [setting.problem("is what --to would replace. Name another file.")])
        }
        do throws(RestoreError) {
            return try BackupFile.context(of: setting.text, files: files)
        } catch {
            throw RestoreFailure.error(error)
        }
    }
}
