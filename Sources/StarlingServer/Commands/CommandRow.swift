/// What `COMMAND` tells about a command.
struct CommandRow: Sendable {
    /// In lower case.
    let name: String
    /// The number of arguments, the name included; negative for at least that many.
    let arity: Int
    let flags: [String]
    /// Where the keys stand among the arguments: first, last (negative from the end), step. Zeros for
    /// a command without keys.
    let keys: (first: Int, last: Int, step: Int)
    /// The group of the documentation it belongs to.
    let group: String
    /// The version of Redis that brought it.
    let since: String
    let summary: String
    /// Its arguments: words that are to be replaced, in brackets what may be left out.
    let usage: String

    static let noKeys = (first: 0, last: 0, step: 0)
    static let oneKey = (first: 1, last: 1, step: 1)
    static let allKeys = (first: 1, last: -1, step: 1)
    static let keysAndValues = (first: 1, last: -1, step: 2)

    init(
        _ name: String, _ arity: Int, _ flags: [String], keys: (first: Int, last: Int, step: Int), group: String,
        since: String, _ summary: String, usage: String = ""
    ) {
        self.name = name
        self.arity = arity
        self.flags = flags
        self.keys = keys
        self.group = group
        self.since = since
        self.summary = summary
        self.usage = usage
    }

    /// The arguments of ``usage``, one text each, and whether it may be left out.
    var arguments: [(text: String, isOptional: Bool)] {
        var result: [(text: String, isOptional: Bool)] = []
        var current = ""
        var depth = 0
        for character in self.usage + " " {
            if character == " ", depth == 0 {
                guard !current.isEmpty else { continue }
                let isOptional = current.hasPrefix("[")
                result.append((isOptional ? String(current.dropFirst().dropLast()) : current, isOptional))
                current = ""
                continue
            }
            if character == "[" { depth += 1 }
            if character == "]" { depth -= 1 }
            current.append(character)
        }
        return result
    }
}
