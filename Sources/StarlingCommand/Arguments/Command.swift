/// One of the program's commands: how it is called, what it takes, and what it does.
struct Command: Sendable {
    /// Where it stands in the overview.
    enum Group: String, Sendable, CaseIterable {
        case run = "Run"
        case data = "Data"
        case cluster = "Cluster"
        case program = "Program"
    }

    /// A line to type and what it does.
    struct Example: Sendable {
        var line: String
        var meaning: String

        init(_ line: String, _ meaning: String) {
            self.line = line
            self.meaning = meaning
        }
    }

    var name: String
    var group: Group
    /// One line for the overview.
    var summary: String
    /// What stands after the name, for example `KEY VALUE|-`; empty if nothing does.
    var operands = ""
    /// How many operands there may be.
    var operandCount: ClosedRange<Int> = 0...0
    var flags: [Flag] = []
    var examples: [Example] = []
    /// What else there is to know, as paragraphs.
    var notes: [String] = []
    var run: @Sendable (Invocation) throws(CommandError) -> ExitCode

    /// The flag of that name, the program's own included.
    func flag(named name: String) -> Flag? {
        (self.flags + GlobalFlags.all).first { $0.name == name }
    }

    /// The flag of that letter, the program's own included.
    func flag(short: Character) -> Flag? {
        (self.flags + GlobalFlags.all).first { $0.short == short }
    }
}
