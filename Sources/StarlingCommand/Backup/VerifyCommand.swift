/// `starling verify`: reads in whole what must be intact when it is needed.
enum VerifyCommand {
    static let command = Command(
        name: "verify", group: .cluster, summary: "read backups in whole and tell whether they are intact",
        flags: [VerifyBackup.flag, GlobalFlags.json],
        examples: [Command.Example("starling verify --backup monday.backup", "exit code 0 if it is intact, else 65")],
        run: { invocation throws(CommandError) in
            let paths = invocation.settings.all(VerifyBackup.flag).map(\.text)
            guard !paths.isEmpty else {
                throw CommandError(.usage, "verify needs --backup FILE.  See: starling verify --help")
            }
            return try VerifyBackup.run(paths, invocation)
        })
}
