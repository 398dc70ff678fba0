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
        default: return CommandError(Self.exitCode(for: error.code), Self.sentences(error))
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
        if let bytes = try? LocalFiles.read("\(settings.data)/lock", limit: 64),
            let processID = Int32(String(decoding: bytes.prefix { 0x30...0x39 ~= $0 }, as: UTF8.self))
        {
            let age = ProcessTable.age(of: processID).map { ", started \(PlainText.time(nanoseconds: $0)) ago" } ?? ""
            owner = "process \(processID)\(age)"
        }
        return CommandError(
            .inUse,
            "\(settings.data) is locked by \(owner). One data directory, one process: stop it or use another --data.")
    }
}
