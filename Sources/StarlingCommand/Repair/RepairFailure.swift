import Journal
import Platform

/// Why a data directory could not be read or repaired, in the words and exit codes of the program.
enum RepairFailure {
    static func translating<Value>(_ body: () throws(JournalError) -> Value) throws(CommandError) -> Value {
        do throws(JournalError) {
            return try body()
        } catch {
            throw Self.error(error)
        }
    }

    static func error(_ error: JournalError) -> CommandError {
        switch error {
        case .locked: CommandError(.inUse, "\(error). Is the node running? Stop it first.")
        case .unreadable(let call): CommandError(.inputOutput, "cannot use \(call.subject): \(call.reason).")
        case .otherFormat: CommandError(.badData, "\(error). Use the version that wrote it.")
        default: CommandError(.badData, "\(error).")
        }
    }
}
