/// What a command is run with.
struct Invocation: Sendable {
    var settings: Settings
    var operands: [String]
    var console: Console
    /// What a command that fails is called in its messages and where its help is.
    var command: Command
}
