/// `starling verify`: reads in whole what must be intact when it is needed.
enum VerifyCommand {
    static let command = Command(
        name: "verify", group: .cluster, summary: "read data directories or backups in whole: are they intact?",
        operands: "[DIR...]", operandCount: 0...1_000, flags: [VerifyBackup.flag, GlobalFlags.json],
        examples: [
            Command.Example("starling verify data", "every frame and index snapshot of a stopped node"),
            Command.Example("starling verify --backup monday.backup", "exit code 0 if it is intact, else 65"),
        ],
        notes: ["A damaged index snapshot costs time when the node starts, and no data."],
        run: { invocation throws(CommandError) in
            let paths = invocation.settings.all(VerifyBackup.flag).map(\.text)
            guard !paths.isEmpty || !invocation.operands.isEmpty else {
                throw CommandError(.usage, "verify needs DIR or --backup FILE.  See: starling verify --help")
            }
            let backups = paths.isEmpty ? ExitCode.success : try VerifyBackup.run(paths, invocation)
            let directories = try VerifyDirectory.run(invocation.operands, invocation)
            return backups == .success ? directories : backups
        })
}
