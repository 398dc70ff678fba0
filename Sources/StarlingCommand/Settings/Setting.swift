/// A value that somebody set, and where.
struct Setting: Sendable, Equatable {
    /// Where it was set.
    enum Origin: Sendable, Equatable {
        case flag
        case environment
        case file(String, line: Int)
    }

    var flag: Flag
    /// Empty for a switch, and for an optional value that was left out.
    var text: String
    var origin: Origin

    /// Returns a message about this setting: its place, its name and value, and what is said of them.
    ///
    /// - Parameter remark: continues the sentence, for example `is not a port.`
    func problem(_ remark: String) -> String {
        switch self.origin {
        case .flag:
            let value = self.text.isEmpty ? "" : (self.isOptional ? "=" : " ") + self.text
            return "starling: --\(self.flag.name)\(value) \(remark)"
        case .environment:
            return "starling: \(self.flag.environmentName)=\(self.text) \(remark)"
        case .file(let name, let line):
            return "\(name):\(line): \(self.flag.name) \(self.text) \(remark)"
        }
    }

    /// How the program ends when the value is not understood: wrong usage, or wrong configuration.
    var codeIfMalformed: ExitCode {
        switch self.origin {
        case .flag: .usage
        case .environment, .file: .configuration
        }
    }

    private var isOptional: Bool {
        switch self.flag.value {
        case .optional: true
        case .switchOnly, .required: false
        }
    }
}
