import Causality
import Journal
import Platform

/// What is told of a backup.
struct BackupAccount {
    var path: String
    var summary: BackupSummary

    private var kind: String { self.summary.since.isEmpty ? "full" : "incremental" }
    private var created: String { UTCTime.text(WallTime(milliseconds: self.summary.title.created)) }

    /// Two lines for people.
    func text(_ time: Delay? = nil) -> String {
        let name = self.path == "-" ? "the output" : self.path
        var first = "\(name): \(self.kind) backup, \(PlainText.counted(self.summary.recordCount, "record")), "
        first += PlainText.size(self.summary.bytes)
        if let time { first += " in \(PlainText.time(nanoseconds: time.nanoseconds))" }
        let node = self.summary.title.node.isEmpty ? "a stopped node" : "node \(self.summary.title.node)"
        return first + "\n  of \(node) (\(self.summary.title.peer)), cluster \(self.summary.title.cluster), begun "
            + self.created
    }

    func json(_ time: Delay? = nil) -> JSON {
        var members: [(name: String, value: JSON)] = [
            ("file", .string(self.path)), ("kind", .string(self.kind)), ("bytes", .unsigned(self.summary.bytes)),
            ("records", .unsigned(self.summary.recordCount)), ("kept", .unsigned(self.summary.keptCount)),
            ("node", .string(self.summary.title.node)), ("id", .string(self.summary.title.peer.description)),
            ("cluster", .string(self.summary.title.cluster)), ("created", .string(self.created)),
            ("context", .string(Self.text(of: self.summary.context))),
        ]
        if let time { members.append(("duration_ms", .unsigned(time.wholeMilliseconds))) }
        return JSON.answer(members)
    }

    /// A context as text: hexadecimal digits behind a word, so that no file is taken for one by chance.
    private static let contextPrefix = "context:"

    static func text(of context: CausalContext) -> String {
        var text = Self.contextPrefix
        for byte in BackupContext.bytes(of: context) { text += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        return text
    }

    /// The context that ``text(of:)`` wrote; nil for anything else.
    static func context(of text: String) -> CausalContext? {
        guard text.hasPrefix(Self.contextPrefix) else { return nil }
        let digits = Array(text.utf8.dropFirst(Self.contextPrefix.utf8.count))
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index..<(index + 2)], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return BackupContext.context(of: bytes)
    }
}
