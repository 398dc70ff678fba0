import Platform

/// Diagnostics as lines: for people and grep, for a service's journal, or for machines.
struct TraceText: Sendable {
    /// The longest value of a field that is shown, in bytes.
    static let valueLimit = 512
    /// The longest key that is shown, in bytes.
    static let keyLimit = 64

    var format: ServeSettings.TraceFormat
    /// Whether the lines go to systemd's journal, which has its own time stamps and wants a priority.
    var isForJournal: Bool
    var style: TerminalStyle
    var node: String
    var cluster: String

    /// Returns the line, without its end.
    func line(_ record: TraceRecord, at time: WallTime) -> String {
        switch self.format {
        case .json: self.json(record, at: time)
        case .text: self.text(record, at: time)
        }
    }

    private func text(_ record: TraceRecord, at time: WallTime) -> String {
        let name = Self.name(of: record.level)
        var line = self.isForJournal ? "<\(Self.priority(of: record.level))>" : UTCTime.text(time) + " "
        line += self.colored(Self.padded(name, 7), record.level)
        line += " " + Self.padded(record.event, 16) + " " + PlainText.escaped(record.message)
        for field in record.fields {
            line += " " + field.name + "=" + Self.value(field)
        }
        return line
    }

    private func json(_ record: TraceRecord, at time: WallTime) -> String {
        var members: [(name: String, value: JSON)] = [
            ("ts", .string(UTCTime.text(time))), ("level", .string(Self.name(of: record.level))),
            ("event", .string(record.event)), ("msg", .string(record.message)), ("node", .string(self.node)),
            ("cluster", .string(self.cluster)),
        ]
        for field in record.fields {
            let value = JSON.string(Self.cut(field.value, Self.valueLimit))
            guard let taken = members.first(where: { $0.name == field.name }) else {
                members.append((field.name, value))
                continue
            }
            // No name twice in an object: readers differ in which one they believe.
            if taken.value != value { members.append((field.name + "_", value)) }
        }
        return JSON.object(members).text
    }

    private func colored(_ text: String, _ level: TraceRecord.Level) -> String {
        switch level {
        case .debug: self.style.dim(text)
        case .info: text
        case .notice: self.style.bold(text)
        case .warning: self.style.yellow(text)
        case .error: self.style.red(text)
        }
    }

    /// The field's value, quoted if it must be so that a line can be taken apart again; keys always are.
    private static func value(_ field: TraceRecord.Field) -> String {
        let isKey = field.name == "key"
        let text = PlainText.escaped(Self.cut(field.value, isKey ? Self.keyLimit : Self.valueLimit))
        let needsQuotes = isKey || text.isEmpty || text.contains { $0 == " " || $0 == "\"" || $0 == "=" || $0 == "\\" }
        return needsQuotes ? "\"" + text.replacing("\"", with: "\\\"") + "\"" : text
    }

    /// The text up to `limit` bytes, cut between characters.
    private static func cut(_ text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var kept = ""
        var length = 0
        for character in text {
            length += character.utf8.count
            guard length <= limit else { break }
            kept.append(character)
        }
        return kept + "…"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// The level's name in lines and flags.
    static func name(of level: TraceRecord.Level) -> String {
        switch level {
        case .debug: "debug"
        case .info: "info"
        case .notice: "notice"
        case .warning: "warning"
        case .error: "error"
        }
    }

    /// The level of that name; nil if there is none.
    static func level(named name: String) -> TraceRecord.Level? {
        let levels: [TraceRecord.Level] = [.debug, .info, .notice, .warning, .error]
        return levels.first { Self.name(of: $0) == name }
    }

    /// syslog's number of the level.
    private static func priority(of level: TraceRecord.Level) -> Int {
        switch level {
        case .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        }
    }
}
