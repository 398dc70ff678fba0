/// A file of settings: one `name value` to a line, named like the flags.
///
/// `#` begins a comment where a word could begin. A word may be quoted: in double quotes `\n`, `\t`,
/// `\"`, `\\` and `\xHH` mean what they do in redis.conf, in single quotes only `\'`. A repeated name adds
/// a value if its flag is repeatable, and replaces the value otherwise.
struct ConfigurationFile: Sendable {
    /// Something that is wrong.
    struct Problem: Sendable, Equatable {
        var line: Int
        /// Names the file and the line.
        var message: String
    }

    /// The longest file that is read.
    static let lengthLimit = 1 << 20

    var settings: [Setting] = []
    /// Everything that is wrong, in the order of the lines.
    var problems: [Problem] = []

    private let name: String
    private let flags: [Flag]

    /// Parses `text`; what is wrong is in ``problems``.
    ///
    /// - Parameters:
    ///   - name: how messages call the file.
    ///   - flags: the settings that may stand in it.
    init(parsing text: String, name: String, flags: [Flag]) {
        self.name = name
        self.flags = flags.filter { $0.isSetting }
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (index, line) in lines.enumerated() {
            self.parse(line, number: index + 1)
        }
    }

    private mutating func parse(_ line: Substring, number: Int) {
        switch ConfigurationLine.words(line) {
        case .failure(let error):
            self.report("\(error.reason)", number)
        case .success(let words):
            guard let name = words.first else { return }
            guard let flag = self.flags.first(where: { $0.name == name }) else {
                let hint = Spelling.hint(for: name, among: self.flags.map(\.name), prefix: "\"", suffix: "\"")
                self.report("unknown directive \"\(name)\".\(hint)", number)
                return
            }
            self.take(flag, Array(words.dropFirst()), number)
        }
    }

    private mutating func take(_ flag: Flag, _ words: [String], _ number: Int) {
        var values = words
        switch flag.value {
        case .switchOnly:
            guard words.count <= 1, SwitchText.parse(words.first ?? "yes") != nil else {
                self.report("\(flag.name) takes yes or no, not \"\(words.joined(separator: " "))\".", number)
                return
            }
            values = [words.first ?? "yes"]
        case .required(let placeholder), .optional(let placeholder):
            if flag.isPair && words.count == 2 {
                values = [words[0] + "=" + words[1]]
            }
            guard !values.isEmpty, values.count == 1 || flag.isRepeatable else {
                self.report("\(flag.name) takes one value: \(flag.name) \(placeholder)", number)
                return
            }
        }
        if !flag.isRepeatable {
            self.settings.removeAll { $0.flag.name == flag.name }
        }
        self.settings += values.map { Setting(flag: flag, text: $0, origin: .file(self.name, line: number)) }
    }

    private mutating func report(_ message: String, _ number: Int) {
        self.problems.append(Problem(line: number, message: "\(self.name):\(number): \(message)"))
    }
}
