/// All commands, in the order of the overview.
enum CommandTable {
    static let all: [Command] = [
        ServeCommand.command,
        DemoCommand.command,
        DataCommands.get,
        DataCommands.set,
        DataCommands.delete,
        ScanCommand.command,
        StatusCommands.status,
        TopologyCommand.command,
        ModeCommand.command,
        LeaderCommand.command,
        PeersCommand.command,
        StatusCommands.digest,
        ConflictsCommand.command,
        WaitCommand.command,
        CompactCommand.command,
        BackupCommand.command,
        RestoreCommand.command,
        VerifyCommand.command,
        RepairCommand.command,
        LinkCommand.command,
        BenchCommand.command,
        SimCommand.command,
        ProgramCommands.help,
        ProgramCommands.version,
    ]
}
