/// Takes a command line apart by the table of commands.
///
/// Flags may stand before and after the command; `--flag value` and `--flag=value` are the same; `--`
/// ends the flags, so that operands may begin with a dash; a lone `-` is an operand.
struct ArgumentParser {
    private let commands: [Command]
    private var parsed = ParsedArguments()
    /// Flags that stood before the command and are not every command's.
    private var flagsBeforeCommand: [String] = []

    init(commands: [Command]) {
        self.commands = commands
    }

    /// Parses what follows the program's name.
    static func parse(_ arguments: [String], commands: [Command]) throws(CommandError) -> ParsedArguments {
        var parser = ArgumentParser(commands: commands)
        return try parser.parse(arguments)
    }

    private mutating func parse(_ arguments: [String]) throws(CommandError) -> ParsedArguments {
        var rest = arguments[...]
        var areFlagsOver = false
        while let argument = rest.popFirst() {
            if areFlagsOver || argument == "-" || !argument.hasPrefix("-") {
                try self.takeWord(argument)
            } else if argument == "--" {
                areFlagsOver = true
            } else {
                try self.takeFlag(argument, &rest)
            }
        }
        try self.checkOperandCount()
        return self.parsed
    }

    /// Takes the command's name, or an operand of it.
    private mutating func takeWord(_ word: String) throws(CommandError) {
        guard let command = self.parsed.command else {
            guard let command = self.commands.first(where: { $0.name == word }) else {
                let hint = Spelling.hint(for: word, among: self.commands.map(\.name), prefix: "\"", suffix: "\"")
                throw CommandError(.usage, "no command \"\(word)\".\(hint)  (starling --help)")
            }
            self.parsed.command = command
            for name in self.flagsBeforeCommand where command.flag(named: name) == nil {
                throw self.unknown("--\(name)", name)
            }
            return
        }
        guard self.parsed.operands.count < command.operandCount.upperBound else {
            let takes = command.operands.isEmpty ? "no operands" : command.operands
            throw CommandError(
                .usage, "\"\(word)\" is too much: \(command.name) takes \(takes).  (starling \(command.name) --help)")
        }
        self.parsed.operands.append(word)
    }

    private mutating func takeFlag(_ argument: String, _ rest: inout ArraySlice<String>) throws(CommandError) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let spelling = String(parts[0])
        var text = parts.count == 2 ? String(parts[1]) : nil
        let flag = try self.flag(spelling)
        switch flag.value {
        case .switchOnly:
            if let text {
                guard SwitchText.parse(text) != nil else {
                    throw CommandError(
                        .usage, "\(spelling) is on when it is there; \"\(text)\" is neither yes nor no.")
                }
            }
        case .required(let placeholder):
            if text == nil {
                // A word that is itself a flag is a forgotten value; any other is the value.
                guard let next = rest.first, !self.isFlag(next) else {
                    throw CommandError(.usage, "\(spelling) needs a value: \(spelling) \(placeholder)")
                }
                text = rest.removeFirst()
            }
        case .optional:
            break
        }
        if self.parsed.command == nil {
            self.flagsBeforeCommand.append(flag.name)
        }
        self.parsed.flags.append(ParsedArguments.Given(name: flag.name, text: text))
    }

    private func isFlag(_ word: String) -> Bool {
        guard word.hasPrefix("-"), word.count > 1 else { return false }
        return word.hasPrefix("--") || (try? self.flag(word)) != nil
    }

    /// The flags that are possible here: before the command those of any command.
    private var possible: [Flag] {
        (self.parsed.command?.flags ?? self.commands.flatMap(\.flags)) + GlobalFlags.all
    }

    private func flag(_ spelling: String) throws(CommandError) -> Flag {
        let possible = self.possible
        if spelling.hasPrefix("--") {
            let name = String(spelling.dropFirst(2))
            if let flag = possible.first(where: { $0.name == name }) {
                return flag
            }
            throw self.unknown(spelling, name)
        }
        if spelling.count == 2, let flag = possible.first(where: { $0.short == spelling.last }) {
            return flag
        }
        throw self.unknown(spelling, String(spelling.dropFirst()))
    }

    private func unknown(_ spelling: String, _ name: String) -> CommandError {
        let hint = Spelling.hint(for: name, among: self.possible.map(\.name), prefix: "--")
        let help = self.parsed.command.map { "starling \($0.name) --help" } ?? "starling --help"
        return CommandError(.usage, "unknown flag \(spelling).\(hint)  (\(help))")
    }

    private func checkOperandCount() throws(CommandError) {
        guard let command = self.parsed.command, !self.parsed.has(GlobalFlags.help),
            self.parsed.operands.count < command.operandCount.lowerBound
        else { return }
        throw CommandError(
            .usage, "\(command.name) needs \(command.operands).  (starling \(command.name) --help)")
    }
}
