@testable import StarlingCommand

/// What people write for the program: a file of settings, a command line, variables.
enum ConfigurationFuzzing {
    private static let machine = ServeSettings.Machine(hostName: "tower", processID: 42, hosts: ["10.0.0.5"])

    /// The first byte says which of the three the rest is. Arguments are lines.
    static func run(_ bytes: [UInt8]) throws {
        var input = FuzzInput(bytes)
        let control = input.byte()
        let text = String(decoding: input.rest, as: UTF8.self)
        switch control % 3 {
        case 0: try self.readFile(text)
        case 1: try self.readArguments(text)
        default: self.readEnvironment(text)
        }
    }

    private static func readFile(_ text: String) throws {
        let file = ConfigurationFile(parsing: text, name: "s.conf", flags: ServeFlags.inFiles)
        let lineCount = text.split(omittingEmptySubsequences: false) { $0.isNewline }.count
        for problem in file.problems {
            try FuzzFinding.unless((1...lineCount).contains(problem.line), "a problem in line \(problem.line)")
            try FuzzFinding.unless(
                problem.message.hasPrefix("s.conf:\(problem.line): "), "a problem without its place: \(problem)")
        }
        let settings = Settings(given: [], environment: { _ in nil }).adding(file)
        do {
            _ = try ServeSettingsReader.read(settings, machine: self.machine, fileProblems: file.problems)
            try FuzzFinding.unless(file.problems.isEmpty, "problems were forgotten: \(file.problems)")
        } catch let error as CommandError {
            try FuzzFinding.unless(
                error.lines.count >= file.problems.count && !error.lines.isEmpty, "problems were forgotten: \(error)")
        }
    }

    private static func readArguments(_ text: String) throws {
        let arguments = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        do throws(CommandError) {
            let parsed = try ArgumentParser.parse(arguments, commands: CommandTable.all)
            if parsed.command?.name == ServeCommand.command.name {
                let settings = Settings(given: parsed.flags, environment: { _ in nil })
                _ = try ServeSettingsReader.read(settings, machine: self.machine)
            }
        } catch {
            try FuzzFinding.unless(!error.lines.isEmpty && error.code != .success, "an error without words")
        }
    }

    /// The first line is every variable's value.
    private static func readEnvironment(_ text: String) {
        let settings = Settings(given: [], environment: { _ in text })
        _ = try? ServeSettingsReader.read(settings, machine: self.machine)
    }
}
