/// A setting that a command takes, under one name on the command line, in the environment and in files.
struct Flag: Sendable, Equatable {
    /// What follows the name.
    enum Value: Sendable, Equatable {
        /// Nothing: the flag is on when it is there.
        case switchOnly
        /// One value, shown as this in help texts.
        case required(String)
        /// Perhaps a value, and then after `=`.
        case optional(String)
    }

    /// Without the leading `--`.
    var name: String
    /// A letter that stands for the name.
    var short: Character?
    var value: Value
    /// Whether each occurrence adds a value; otherwise the last one holds.
    var isRepeatable = false
    /// Whether the setting may come from the environment and from files too.
    var isSetting = true
    /// Whether the value in a file may be two words, which are joined by `=`.
    var isPair = false
    var help: String

    init(
        _ name: String, short: Character? = nil, _ value: Value, isRepeatable: Bool = false, isSetting: Bool = true,
        isPair: Bool = false, help: String
    ) {
        self.name = name
        self.short = short
        self.value = value
        self.isRepeatable = isRepeatable
        self.isSetting = isSetting
        self.isPair = isPair
        self.help = help
    }

    /// The environment variable of the same meaning: `STARLING_` and the name in capitals.
    var environmentName: String {
        "STARLING_" + String(self.name.uppercased().map { $0 == "-" ? "_" : $0 })
    }

    /// How it is written on the command line, for help texts.
    var spelling: String {
        let name = self.short.map { "-\($0), --\(self.name)" } ?? "--\(self.name)"
        switch self.value {
        case .switchOnly: return name
        case .required(let placeholder): return "\(name) \(placeholder)"
        case .optional(let placeholder): return "\(name)[=\(placeholder)]"
        }
    }
}
