/// All that was set for one run of a command: by flag, else by the environment, else by a file.
struct Settings: Sendable {
    private let given: [ParsedArguments.Given]
    private let environment: @Sendable (String) -> String?
    private let file: [Setting]

    /// - Parameters:
    ///   - given: what stood on the command line.
    ///   - environment: looks a variable up.
    ///   - file: what a configuration file says.
    init(
        given: [ParsedArguments.Given], environment: @escaping @Sendable (String) -> String?, file: [Setting] = []
    ) {
        self.given = given
        self.environment = environment
        self.file = file
    }

    /// The same with a configuration file below.
    func adding(_ file: ConfigurationFile) -> Settings {
        Settings(given: self.given, environment: self.environment, file: file.settings)
    }

    /// The value that holds; nil if nobody set it.
    func last(_ flag: Flag) -> Setting? {
        self.all(flag).last
    }

    /// Every value of a repeatable flag from the strongest place that has any, in the order given.
    func all(_ flag: Flag) -> [Setting] {
        let given = self.given.filter { $0.name == flag.name }
        if !given.isEmpty {
            return given.map { Setting(flag: flag, text: $0.text ?? "", origin: .flag) }
        }
        guard flag.isSetting else { return [] }
        if let text = self.environment(flag.environmentName), !text.isEmpty {
            // A list in one variable is separated by commas.
            let texts = flag.isRepeatable ? text.split(separator: ",").map(String.init) : [text]
            return texts.map { Setting(flag: flag, text: $0, origin: .environment) }
        }
        return self.file.filter { $0.flag.name == flag.name }
    }

    /// Whether a switch is on.
    ///
    /// - Throws: if the environment says neither yes nor no.
    func isOn(_ flag: Flag) throws(CommandError) -> Bool {
        guard let setting = self.last(flag) else { return false }
        guard !setting.text.isEmpty else { return true }
        guard let isOn = SwitchText.parse(setting.text) else {
            throw CommandError(.configuration, lines: [setting.problem("is neither yes nor no.")])
        }
        return isOn
    }
}
