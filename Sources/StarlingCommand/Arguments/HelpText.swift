/// The help that the program prints.
enum HelpText {
    /// The overview: examples first, then every command.
    static func overview(_ commands: [Command], style: TerminalStyle) -> String {
        var lines = [
            "starling \(ProgramVersion.current): a store with no leader: every node takes writes, all end up equal.",
            "",
            style.bold("Try it"),
            "  starling demo                                       three nodes, a conflict, a crash, all equal again",
            "  starling serve --discover                           a node on 127.0.0.1:9000 that looks for others",
            "  starling serve --port 9001 --data n2 --discover     a second one",
            "  starling set greeting hello                         write on the first",
            "  starling -p 9001 get greeting                       read on the second",
            "  redis-cli -p 9000 SET greeting hello                the same with Redis's client",
            "  printf 'GET greeting\\n' | nc -q1 127.0.0.1 9001     or in plain text",
            "",
        ]
        let width = commands.map { $0.name.count + $0.operands.count + 1 }.max() ?? 0
        for group in Command.Group.allCases {
            let members = commands.filter { $0.group == group }
            guard !members.isEmpty else { continue }
            lines.append(style.bold(group.rawValue))
            for command in members {
                let name = command.operands.isEmpty ? command.name : command.name + " " + command.operands
                lines.append("  " + Self.padded(name, width) + "  " + command.summary)
            }
            lines.append("")
        }
        lines += [
            "Flags stand before or after the command. Each is also a variable: --port is STARLING_PORT.",
            "starling COMMAND --help says more about one command.",
        ]
        return lines.joined(separator: "\n")
    }

    /// What there is to know about one command.
    static func about(_ command: Command, style: TerminalStyle) -> String {
        let operands = command.operands.isEmpty ? "" : " " + command.operands
        var lines = [
            "starling \(command.name)\(operands) [FLAGS]", "",
            command.summary.prefix(1).uppercased() + command.summary.dropFirst() + ".", "",
        ]
        if !command.examples.isEmpty {
            let width = command.examples.map(\.line.count).max() ?? 0
            lines.append(style.bold("Examples"))
            lines += command.examples.map { "  " + Self.padded($0.line, width) + "   " + $0.meaning }
            lines.append("")
        }
        let flags = command.flags + GlobalFlags.all
        let width = flags.map(\.spelling.count).max() ?? 0
        lines.append(style.bold("Flags"))
        lines += flags.map { flag in
            "  " + Self.padded(flag.spelling, width) + "  " + flag.help + (flag.isRepeatable ? "; may be repeated" : "")
        }
        for note in command.notes {
            lines += ["", note]
        }
        return lines.joined(separator: "\n")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
