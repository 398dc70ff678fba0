import Testing

@testable import StarlingCommand

struct ArgumentParserTests {
    private static let name = Flag("name", short: "n", .required("NAME"), help: "")
    private static let find = Flag("find", .optional("WHERE"), help: "")
    private static let loud = Flag("loud", .switchOnly, help: "")
    private static let commands = [
        Command(
            name: "greet", group: .data, summary: "", operands: "WHOM [HOW]", operandCount: 1...2,
            flags: [Self.name, Self.find, Self.loud], run: { _ throws(CommandError) in .success }),
        Command(name: "part", group: .data, summary: "", run: { _ throws(CommandError) in .success }),
    ]

    private static func parse(_ line: String) throws(CommandError) -> ParsedArguments {
        try ArgumentParser.parse(line.split(separator: " ").map(String.init), commands: Self.commands)
    }

    @Test(arguments: [
        ("greet zen", "", "zen"),
        ("greet --name a zen", "name=a", "zen"),
        ("greet --name=a zen", "name=a", "zen"),
        ("greet -n a zen", "name=a", "zen"),
        ("greet zen -n a --loud", "name=a loud", "zen"),
        ("--name a greet zen", "name=a", "zen"),
        ("--loud greet zen", "loud", "zen"),
        ("greet --name= zen", "name=", "zen"),
        ("greet --name a=b zen", "name=a=b", "zen"),
        ("greet --name - zen", "name=-", "zen"),
        ("greet --name -5 zen", "name=-5", "zen"),
        ("greet --find zen", "find", "zen"),
        ("greet --find=here zen", "find=here", "zen"),
        ("greet --loud=no zen", "loud=no", "zen"),
        ("greet -- --name -x", "", "--name -x"),
        ("greet - zen", "", "- zen"),
        ("greet --name a --name b zen", "name=a name=b", "zen"),
    ])
    func `a command line is taken apart`(line: String, flags: String, operands: String) throws {
        let parsed = try Self.parse(line)
        #expect(parsed.command?.name == "greet")
        #expect(parsed.flags.map { $0.name + ($0.text.map { "=" + $0 } ?? "") }.joined(separator: " ") == flags)
        #expect(parsed.operands.joined(separator: " ") == operands)
    }

    @Test(arguments: [
        ("gret zen", "starling: no command \"gret\". Did you mean \"greet\"?  (starling --help)"),
        ("dance", "starling: no command \"dance\".  (starling --help)"),
        ("greet --nmae a zen", "starling: unknown flag --nmae. Did you mean --name?  (starling greet --help)"),
        ("greet -x zen", "starling: unknown flag -x.  (starling greet --help)"),
        ("greet -nx zen", "starling: unknown flag -nx.  (starling greet --help)"),
        ("--name a part", "starling: unknown flag --name.  (starling part --help)"),
        ("greet zen --name", "starling: --name needs a value: --name NAME"),
        ("greet --name --loud zen", "starling: --name needs a value: --name NAME"),
        ("greet --loud=perhaps zen", "starling: --loud is on when it is there; \"perhaps\" is neither yes nor no."),
        ("greet", "starling: greet needs WHOM [HOW].  (starling greet --help)"),
        ("greet a b c", "starling: \"c\" is too much: greet takes WHOM [HOW].  (starling greet --help)"),
        ("part a", "starling: \"a\" is too much: part takes no operands.  (starling part --help)"),
    ])
    func `a wrong command line is refused in one sentence`(line: String, message: String) {
        #expect(throws: CommandError(.usage, lines: [message])) { try Self.parse(line) }
    }

    @Test func `help needs no operands`() throws {
        #expect(try Self.parse("greet --help").has(GlobalFlags.help))
        #expect(try Self.parse("-h").command == nil)
    }

    @Test func `flags of every command have one spelling and one meaning`() {
        for command in CommandTable.all {
            let flags = command.flags + GlobalFlags.all
            #expect(Set(flags.map(\.name)).count == flags.count, "\(command.name)")
            #expect(Set(flags.compactMap(\.short)).count == flags.compactMap(\.short).count, "\(command.name)")
            #expect(flags.allSatisfy { !$0.help.isEmpty }, "\(command.name)")
        }
        #expect(Set(CommandTable.all.map(\.name)).count == CommandTable.all.count)
    }
}
