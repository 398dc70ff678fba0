/// `starling help` and `starling version`.
enum ProgramCommands {
    static let help = Command(
        name: "help", group: .program, summary: "this overview, or all about one command", operands: "[COMMAND]",
        operandCount: 0...1,
        run: { invocation throws(CommandError) in
            guard let name = invocation.operands.first else {
                try invocation.console.print(HelpText.overview(CommandTable.all, style: invocation.console.style))
                return .success
            }
            guard let command = CommandTable.all.first(where: { $0.name == name }) else {
                let hint = Spelling.hint(for: name, among: CommandTable.all.map(\.name), prefix: "\"", suffix: "\"")
                throw CommandError(.usage, "no command \"\(name)\".\(hint)  (starling --help)")
            }
            try invocation.console.print(HelpText.about(command, style: invocation.console.style))
            return .success
        })

    static let version = Command(
        name: "version", group: .program, summary: "the program's version", flags: [GlobalFlags.json],
        run: { invocation throws(CommandError) in
            let isJSON = try invocation.settings.isOn(GlobalFlags.json)
            let json = JSON.answer([("version", .string(ProgramVersion.current))]).text
            try invocation.console.print(isJSON ? json : "starling \(ProgramVersion.current)")
            return .success
        })
}
