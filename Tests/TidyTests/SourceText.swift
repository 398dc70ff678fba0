/// A Swift file: its text, and the same text with blanks in place of comments, strings and raw identifiers.
struct SourceText {
    /// Relative to the package's root, for example `Sources/Causality/Dot.swift`.
    let path: String
    let lines: [String]
    /// The bytes without comments and strings; as many lines as ``lines``.
    let code: [UInt8]

    init(path: String, text: String) {
        self.path = path
        self.lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        self.code = SourceText.blanked(Array(text.utf8))
    }

    /// `Causality` for `Sources/Causality/Dot.swift`.
    var module: String {
        let parts = self.path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    /// `Dot` for `Sources/Causality/Dot.swift`.
    var name: String {
        let file = self.path.split(separator: "/").last ?? ""
        return String(file.split(separator: ".").first ?? "")
    }

    /// The lines of ``code``.
    var codeLines: [String] {
        self.code.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// Returns `path:line: message` for a violation.
    func violation(_ index: Int, _ message: String) -> String {
        "\(self.path):\(index + 1): \(message)"
    }

    /// What interrupts code, by how it begins, the longest first, and how it ends.
    private static let interruptions: [(start: [UInt8], end: [UInt8])] = [
        ("#\"\"\"", "\"\"\"#"), ("\"\"\"", "\"\"\""), ("#\"", "\"#"), ("//", "\n"), ("/*", "*/"), ("\"", "\""),
        ("`", "`"),
    ].map { (Array($0.utf8), Array($1.utf8)) }

    private static let beginnings = Array("#\"/`".utf8)

    private static func blanked(_ text: [UInt8]) -> [UInt8] {
        var result = text
        var index = 0
        while index < text.count {
            guard Self.beginnings.contains(text[index]),
                let found = Self.interruptions.first(where: { text[index...].starts(with: $0.start) })
            else {
                index += 1
                continue
            }
            var end = index + found.start.count
            let hasEscapes = found.start == [UInt8(ascii: "\"")] || found.start.count == 3
            while end < text.count, !text[end...].starts(with: found.end) {
                end += hasEscapes && text[end] == UInt8(ascii: "\\") ? 2 : 1
            }
            end = min(end + (found.end == [UInt8(ascii: "\n")] ? 0 : found.end.count), text.count)
            for blank in index..<end where text[blank] != UInt8(ascii: "\n") { result[blank] = UInt8(ascii: " ") }
            index = end
        }
        return result
    }
}

extension [UInt8] {
    /// Where the word or phrase begins, taken whole: `Task` is not found in `TaskList`.
    func occurrences(of phrase: String) -> [Int] {
        let phrase = Array(phrase.utf8)
        guard let first = phrase.first, let last = phrase.last, self.count >= phrase.count else { return [] }
        var found: [Int] = []
        for start in 0...(self.count - phrase.count) where self[start] == first {
            let end = start + phrase.count
            guard self[start..<end].elementsEqual(phrase) else { continue }
            let isContinuation = first.isPartOfName && start > 0 && self[start - 1].isPartOfName
            let isContinued = last.isPartOfName && end < self.count && self[end].isPartOfName
            if !isContinuation && !isContinued { found.append(start) }
        }
        return found
    }
}

extension UInt8 {
    /// Whether it can stand in an identifier.
    var isPartOfName: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...: true
        default: false
        }
    }
}
