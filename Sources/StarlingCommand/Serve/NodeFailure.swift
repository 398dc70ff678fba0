import Platform
import Starling

/// A node's refusal in the words and exit codes of the program.
enum NodeFailure {
    /// Returns what is told about a node that could not be opened or had to stop.
    ///
    /// - Parameter settings: what it was told.
    static func error(_ error: NodeError, settings: ServeSettings) -> CommandError {
        switch error.code {
        case .addressInUse: return Self.portInUse(settings)
        case .directoryLocked: return Self.locked(settings)
        default: break
        }
        if let cause = error.cause as? SystemCallError, let refusal = Self.refusal(cause, settings: settings) {
            return refusal
        }
        return CommandError(Self.exitCode(for: error.code), Self.sentences(error))
    }

    /// A refusal of the system that a setting can be blamed for; nil if it is none of those.
    private static func refusal(_ error: SystemCallError, settings: ServeSettings) -> CommandError? {
        switch (error.call, error.kind) {
        case ("listen", .addressNotAvailable):
            let own = LocalHosts.all.joined(separator: " ")
            return CommandError(
                .configuration,
                "--bind \(settings.bind) is no address of this machine. It has: \(own)  (0.0.0.0 means all)")
        case ("listen", .permissionDenied):
            return CommandError(
                .configuration,
                "port \(settings.port) may not be used by this user. Use one from 1024 on, such as 9000.")
        case ("join", _):
            return CommandError(
                .configuration,
                "cannot discover by multicast: \(error.reason). "
                    + "Check --discover-interface, or name the other nodes with --peers.")
        case ("mkdir", _), ("open", .permissionDenied):
            return CommandError(
                .inUse,
                "the data directory \(settings.data) cannot be created or used: "
                    + "\(error.subject): \(error.reason). Check --data and its owner.")
        default: return nil
        }
    }

    /// The exit code that stands for a kind of failure.
    static func exitCode(for code: NodeError.Code) -> ExitCode {
        switch code {
        case .addressInUse, .directoryLocked: .inUse
        case .corruption: .badData
        case .configuration, .unsupported: .configuration
        case .storageFull, .storageFailed, .system: .inputOutput
        case .timeout, .busy: .tryAgain
        default: .defect
        }
    }

    /// The message and the hint, each ended.
    static func sentences(_ error: NodeError) -> String {
        [error.message, error.hint].filter { !$0.isEmpty }
            .map { $0.hasSuffix(".") || $0.hasSuffix("?") ? $0 : $0 + "." }
            .joined(separator: " ")
    }

    private static func portInUse(_ settings: ServeSettings) -> CommandError {
        let owner = ProcessTable.listener(onPort: settings.port).map { " by \($0.description)" } ?? ""
        let (first, overflow) = settings.port.addingReportingOverflow(1)
        let next = overflow ? nil : FreePort.first(from: first, host: settings.bind)
        let hint = next.map { "Next free: \($0).  Try: --port \($0)" } ?? "Stop it, or use another --port."
        return CommandError(.inUse, "port \(settings.port) is in use\(owner). \(hint)")
    }

    private static func locked(_ settings: ServeSettings) -> CommandError {
        var owner = "another process"
        if let processID = ProcessTable.lockOwner(of: "\(settings.data)/lock") {
            let age = ProcessTable.age(of: processID).map { ", started \(PlainText.time(nanoseconds: $0)) ago" } ?? ""
            owner = "process \(processID)\(age)"
        }
        return CommandError(
            .inUse,
            "\(settings.data) is locked by \(owner). One data directory, one process: stop it or use another --data.")
    }
}
