import PosixPlatform

extension PosixEnvironment {
    /// The machine, for a command that needs its files and tells of nothing. It MUST be closed.
    static func forCommand() throws(CommandError) -> PosixEnvironment {
        do {
            return try PosixEnvironment(trace: { _ in })
        } catch {
            throw CommandError(.inputOutput, "cannot use the system: \(error).")
        }
    }
}
