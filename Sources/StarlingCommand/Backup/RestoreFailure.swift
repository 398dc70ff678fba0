import Journal
import Platform

/// Why a backup was not read or not restored, in the words and exit codes of the program.
enum RestoreFailure {
    static func error(_ error: RestoreError) -> CommandError {
        switch error {
        case .backup(_, .otherFormat): CommandError(.badData, "\(error). Use the version that wrote it.")
        case .backup: CommandError(.badData, "\(error).")
        case .wrongOrder: CommandError(.badData, "\(error). Name all backups since the full one, oldest first.")
        case .otherCluster: CommandError(.configuration, "\(error).")
        case .notEmpty: CommandError(.inUse, "\(error). Name a new directory.")
        case .nothing: CommandError(.usage, "\(error).")
        case .system(let error): CommandError(.inputOutput, "cannot use \(error.subject): \(error.reason).")
        case .journal(let error): Self.error(error)
        }
    }

    private static func error(_ error: JournalError) -> CommandError {
        switch error {
        case .locked: CommandError(.inUse, "\(error). Is the node running? Back it up without naming its directory.")
        case .unreadable(let call): CommandError(.inputOutput, "cannot use \(call.subject): \(call.reason).")
        case .storageFull, .storageUnavailable, .refused, .failed: CommandError(.inputOutput, "\(error).")
        default: CommandError(.badData, "\(error).")
        }
    }
}
