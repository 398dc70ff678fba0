/// A pattern as `KEYS`, `SCAN` and `CONFIG GET` take it: `*`, `?`, `[a-z]`, `[^a]`, and `\` before a
/// character that is meant as it is.
struct GlobPattern: Sendable {
    private let pattern: [UInt8]
    private let ignoresCase: Bool

    init(_ pattern: [UInt8], ignoringCase ignoresCase: Bool = false) {
        self.pattern = pattern
        self.ignoresCase = ignoresCase
    }

    /// The bytes that every match starts with.
    var literalPrefix: [UInt8] {
        Array(self.pattern.prefix { !Self.special.contains($0) })
    }

    /// Whether everything matches.
    var matchesAll: Bool {
        self.pattern == [UInt8(ascii: "*")]
    }

    private static let special = [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "\\")]

    /// Whether the whole of `text` fits the pattern.
    ///
    /// After a mismatch only the latest `*` is asked to take one more byte: an earlier one need never
    /// be, since whatever it could take the latest can.
    ///
    /// - Complexity: O(n · m), without recursion.
    func matches(_ text: Span<UInt8>) -> Bool {
        var at = 0
        var position = 0
        var star: Int?
        var starPosition = 0
        while position < text.count {
            if at < self.pattern.count, self.pattern[at] == UInt8(ascii: "*") {
                at += 1
                star = at
                starPosition = position
            } else if let next = self.matchOne(at, text[position]) {
                at = next
                position += 1
            } else if let star {
                starPosition += 1
                position = starPosition
                at = star
            } else {
                return false
            }
        }
        while at < self.pattern.count, self.pattern[at] == UInt8(ascii: "*") { at += 1 }
        return at == self.pattern.count
    }

    /// The place in the pattern behind what one byte was matched with; nil if it does not fit.
    private func matchOne(_ at: Int, _ byte: UInt8) -> Int? {
        guard at < self.pattern.count else { return nil }
        switch self.pattern[at] {
        case UInt8(ascii: "?"): return at + 1
        case UInt8(ascii: "["): return self.matchClass(at + 1, byte)
        case UInt8(ascii: "\\") where at + 1 < self.pattern.count:
            return self.folded(self.pattern[at + 1]) == self.folded(byte) ? at + 2 : nil
        default: return self.folded(self.pattern[at]) == self.folded(byte) ? at + 1 : nil
        }
    }

    /// Matches a class whose first byte is at `start`; one without its `]` ends with the pattern.
    private func matchClass(_ start: Int, _ byte: UInt8) -> Int? {
        var at = start
        var isNegated = false
        if at < self.pattern.count, self.pattern[at] == UInt8(ascii: "^") {
            isNegated = true
            at += 1
        }
        let wanted = self.folded(byte)
        var isMember = false
        while at < self.pattern.count, self.pattern[at] != UInt8(ascii: "]") {
            if self.pattern[at] == UInt8(ascii: "\\"), at + 1 < self.pattern.count { at += 1 }
            let lower = self.folded(self.pattern[at])
            if at + 2 < self.pattern.count, self.pattern[at + 1] == UInt8(ascii: "-"),
                self.pattern[at + 2] != UInt8(ascii: "]")
            {
                let upper = self.folded(self.pattern[at + 2])
                if wanted >= min(lower, upper), wanted <= max(lower, upper) { isMember = true }
                at += 3
            } else {
                if wanted == lower { isMember = true }
                at += 1
            }
        }
        guard isMember != isNegated else { return nil }
        return min(at + 1, self.pattern.count)
    }

    private func folded(_ byte: UInt8) -> UInt8 {
        guard self.ignoresCase, byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z") else { return byte }
        return byte | 0x20
    }
}
