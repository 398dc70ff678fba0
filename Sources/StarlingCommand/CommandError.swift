/// Why a command failed: what happened, where, and what to do, in one sentence or two.
struct CommandError: Error, Equatable {
    var code: ExitCode
    /// What is printed, one entry to a line. Those that name a place in a file stand as they are; the
    /// others follow the program's name.
    var lines: [String]

    init(_ code: ExitCode, _ message: String) {
        self.code = code
        self.lines = ["starling: " + message]
    }

    init(_ code: ExitCode, lines: [String]) {
        self.code = code
        self.lines = lines
    }
}
