import Glibc
import Platform
import PosixPlatform

/// The program's output and errors, and how they may look.
struct Console: Sendable {
    /// Whether the output is a terminal, and so for people.
    var isTerminal: Bool
    /// Whether the errors go to a terminal.
    var areErrorsTerminal: Bool
    /// How text may be set off on the output.
    var style: TerminalStyle
    /// How text may be set off among the errors.
    var errorStyle: TerminalStyle

    /// The process's own.
    ///
    /// - Parameter isPlain: whether colour was refused by a flag.
    init(isPlain: Bool) {
        self.isTerminal = ProcessFacts.isTerminal(StandardStream.output.rawValue)
        self.areErrorsTerminal = ProcessFacts.isTerminal(StandardStream.errors.rawValue)
        let refuses =
            isPlain || !(ProcessFacts.environment("NO_COLOR") ?? "").isEmpty
            || ProcessFacts.environment("TERM") == "dumb"
        self.style = TerminalStyle(isOn: self.isTerminal && !refuses)
        self.errorStyle = TerminalStyle(isOn: self.areErrorsTerminal && !refuses)
    }

    /// Prints a line.
    func print(_ line: String) throws(CommandError) {
        try self.write(Array((line + "\n").utf8))
    }

    /// Writes bytes as they are.
    func write(_ bytes: [UInt8]) throws(CommandError) {
        do {
            try StandardStream.output.write(bytes)
        } catch {
            // A reader that has seen enough, such as head, is told nothing.
            if error.number == EPIPE { throw CommandError(.inputOutput, lines: []) }
            throw CommandError(.inputOutput, "cannot write the output: \(error.reason).")
        }
    }

    /// Writes to the errors what is no line, such as a bar that grows.
    func draw(_ text: String) {
        try? StandardStream.errors.write(text)
    }

    /// Prints a line to the errors. If nobody takes it, there is nobody to tell.
    func complain(_ line: String) {
        try? StandardStream.errors.write(line + "\n")
    }
}
