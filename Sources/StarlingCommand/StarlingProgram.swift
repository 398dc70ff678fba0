import Glibc
import PosixPlatform

/// The `starling` program.
@main
struct StarlingProgram {
    static func main() {
        SignalSource.ignoreBrokenPipes()
        exit(Self.run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    /// Runs the command that the arguments name; its errors go to the standard errors.
    static func run(_ arguments: [String]) -> ExitCode {
        let plain = Console(isPlain: arguments.contains("--no-color"))
        do throws(CommandError) {
            return try Self.perform(arguments, plain)
        } catch {
            for line in error.lines {
                plain.complain(line)
            }
            return error.code
        }
    }

    private static func perform(_ arguments: [String], _ console: Console) throws(CommandError) -> ExitCode {
        let parsed = try ArgumentParser.parse(arguments, commands: CommandTable.all)
        if parsed.has(GlobalFlags.version) {
            try console.print("starling \(ProgramVersion.current)")
            return .success
        }
        guard let command = parsed.command else {
            try console.print(HelpText.overview(CommandTable.all, style: console.style))
            // Asked for help is fine; said nothing is not.
            return parsed.has(GlobalFlags.help) ? .success : .usage
        }
        if parsed.has(GlobalFlags.help) {
            try console.print(HelpText.about(command, style: console.style))
            return .success
        }
        let settings = Settings(given: parsed.flags, environment: { ProcessFacts.environment($0) })
        return try command.run(
            Invocation(settings: settings, operands: parsed.operands, console: console, command: command))
    }
}
