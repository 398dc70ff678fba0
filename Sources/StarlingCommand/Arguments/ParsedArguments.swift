/// A command line taken apart.
struct ParsedArguments: Sendable {
    /// A flag as it was given; no text if none was given with it.
    struct Given: Sendable, Equatable {
        var name: String
        var text: String?
    }

    /// Nil when no command was named.
    var command: Command?
    /// In the order of the command line.
    var flags: [Given] = []
    var operands: [String] = []

    /// Whether the flag was given.
    func has(_ flag: Flag) -> Bool {
        self.flags.contains { $0.name == flag.name }
    }
}
