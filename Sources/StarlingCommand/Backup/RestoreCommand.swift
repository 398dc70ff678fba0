import Causality
import Journal
import Platform
import PosixPlatform

/// `starling restore`: makes a data directory from backups.
enum RestoreCommand {
    static let command = Command(
        name: "restore", group: .cluster, summary: "make a data directory from backups", operands: "FILE... DIR",
        operandCount: 2...1_000, flags: [GlobalFlags.json],
        examples: [
            Command.Example("starling restore monday.backup data", "all that was stored then"),
            Command.Example(
                "starling restore monday.backup tuesday.backup data", "a full backup and those made since, in order"),
            Command.Example("starling serve --data data --peers …", "then start it: it catches up with its cluster"),
        ],
        notes: [
            "All files are checked before anything is written. DIR must be empty or not exist. It becomes a node of "
                + "its own with a new peer ID; in its old cluster it brings back nothing that was deleted since.",
            "A restore that is cut short leaves a directory that no node opens. Remove it and restore again.",
        ],
        run: { invocation throws(CommandError) in try Self.run(invocation) })

    private static func run(_ invocation: Invocation) throws(CommandError) -> ExitCode {
        let environment = try PosixEnvironment.forCommand()
        defer { environment.close() }
        let isJSON = try invocation.settings.isOn(GlobalFlags.json)
        let directory = invocation.operands[invocation.operands.count - 1]
        let startedAt = Clocks.now
        var bar = ProgressBar("restore", console: invocation.console, isQuiet: isJSON)
        defer { bar.clear() }
        let report: RestoreReport
        do throws(RestoreError) {
            report = try Restoration.run(
                invocation.operands.dropLast(), into: directory, files: environment.files,
                configuration: JournalConfiguration(
                    cluster: "", createdBy: "starling \(ProgramVersion.current)",
                    processID: UInt64(ProcessFacts.processID)),
                random: environment.random, progress: { bar.show($0, of: $1) })
        } catch {
            bar.clear()
            if error != .notEmpty(directory: directory) { Self.clear(directory, environment.files) }
            throw RestoreFailure.error(error)
        }
        bar.clear()
        try Self.tell(report, directory, Clocks.now.since(startedAt), isJSON, invocation.console)
        return .success
    }

    /// Removes what was restored before it failed: nothing else can be in the directory.
    private static func clear(_ directory: String, _ files: PosixFileSystem) {
        guard Restoration.isUnfinished(directory, files: files) else { return }
        for name in LocalFiles.names(in: directory) { LocalFiles.removeTree("\(directory)/\(name)") }
    }

    private static func tell(
        _ report: RestoreReport, _ directory: String, _ time: Delay, _ isJSON: Bool, _ console: Console
    ) throws(CommandError) {
        let created = UTCTime.text(WallTime(milliseconds: report.created))
        if isJSON {
            try console.print(
                JSON.answer([
                    ("directory", .string(directory)), ("id", .string(report.peer.description)),
                    ("cluster", .string(report.cluster)), ("keys", .integer(Int64(report.keyCount))),
                    ("records", .unsigned(report.recordCount)), ("live", .integer(Int64(report.liveCount))),
                    ("created", .string(created)), ("duration_ms", .unsigned(time.wholeMilliseconds)),
                ]).text)
        } else {
            try console.print(
                "\(directory): \(PlainText.counted(UInt64(report.keyCount), "key")) as of \(created), restored in "
                    + "\(PlainText.time(nanoseconds: time.nanoseconds)) under the new peer ID \(report.peer)")
            try console.print("start it: starling serve --data \(directory) --cluster \(report.cluster)")
        }
    }
}
