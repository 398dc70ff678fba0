extension RESPRequestParser {
    /// Parses the inline request, a line of words, that starts at `offset` in `bytes`.
    ///
    /// This is how people type at a server through telnet or nc. The line ends with a line feed, before
    /// which a carriage return is dropped. Words are separated by spaces, and quoted as in Redis:
    /// `"..."` knows `\n \r \t \b \a \xHH` and takes any other escaped byte as itself, `'...'` knows `\'`
    /// only, and a closing quote ends its word.
    ///
    /// A word with quotes is unquoted in place, where it always fits, so arguments are ranges of the buffer
    /// as in any other request. Bytes are changed only within a complete line. An empty line is a complete
    /// and empty request.
    ///
    /// The duties between calls are those of ``parse(_:from:into:)``.
    ///
    /// - Precondition: `0 <= offset <= bytes.count`.
    /// - Complexity: O(*n*) in the bytes that are new since the last call.
    package mutating func parseInline(
        _ bytes: inout MutableSpan<UInt8>, from offset: Int, into request: inout RESPRequest
    ) -> RESPParseResult {
        precondition(offset >= 0 && offset <= bytes.count, "offset \(offset) outside of \(bytes.count) bytes")
        request.removeAll()
        var lineEnd = offset
        switch self.progress {
        case .line(let scanned): lineEnd = min(offset + scanned, bytes.count)
        case .idle, .multibulk: break
        }
        self.progress = .idle
        while lineEnd < bytes.count && bytes[lineEnd] != ASCII.lineFeed {
            lineEnd += 1
        }
        // One more byte than the limit may be a carriage return, which does not count.
        guard lineEnd - offset <= self.limits.maximumInlineLength + 1 else { return .failed(.inlineTooLong) }
        guard lineEnd < bytes.count else {
            self.progress = .line(scanned: lineEnd - offset)
            return .incomplete(needed: 1)
        }
        let hasCarriageReturn = lineEnd > offset && bytes[lineEnd - 1] == ASCII.carriageReturn
        let wordsEnd = hasCarriageReturn ? lineEnd - 1 : lineEnd
        guard wordsEnd - offset <= self.limits.maximumInlineLength else { return .failed(.inlineTooLong) }
        var position = offset
        while true {
            while position < wordsEnd && ASCII.isSpace(bytes[position]) {
                position += 1
            }
            guard position < wordsEnd else { return .complete(next: lineEnd + 1) }
            guard request.arguments.count < self.limits.maximumArguments else {
                return .failed(.invalidMultibulkLength)
            }
            guard let word = Self.unquoteWord(&bytes, at: &position, end: wordsEnd) else {
                return .failed(.unbalancedQuotes)
            }
            request.arguments.append(word)
        }
    }

    /// Unquotes the word that starts at `position` in place, and moves `position` past it.
    ///
    /// Returns where the word lies now, or nil if a quote has no end or no space after it.
    private static func unquoteWord(
        _ bytes: inout MutableSpan<UInt8>, at position: inout Int, end: Int
    ) -> Range<Int>? {
        let start = position
        var target = start
        while position < end {
            let byte = bytes[position]
            switch byte {
            case ASCII.space, ASCII.tab, ASCII.lineFeed, ASCII.carriageReturn:
                return start..<target
            case ASCII.doubleQuote, ASCII.singleQuote:
                position += 1
                let isClosed =
                    byte == ASCII.doubleQuote
                    ? Self.unquoteDouble(&bytes, at: &position, to: &target, end: end)
                    : Self.unquoteSingle(&bytes, at: &position, to: &target, end: end)
                guard isClosed, position == end || ASCII.isSpace(bytes[position]) else { return nil }
                return start..<target
            default:
                bytes[target] = byte
                target += 1
                position += 1
            }
        }
        return start..<target
    }

    /// Unquotes up to the closing `"` and moves past it. Returns false if there is none.
    private static func unquoteDouble(
        _ bytes: inout MutableSpan<UInt8>, at position: inout Int, to target: inout Int, end: Int
    ) -> Bool {
        while position < end {
            var byte = bytes[position]
            position += 1
            if byte == ASCII.doubleQuote {
                return true
            }
            if byte == ASCII.backslash && position < end {
                byte = Self.unescape(bytes.span, at: &position, end: end)
            }
            bytes[target] = byte
            target += 1
        }
        return false
    }

    /// Unquotes up to the closing `'` and moves past it. Returns false if there is none.
    private static func unquoteSingle(
        _ bytes: inout MutableSpan<UInt8>, at position: inout Int, to target: inout Int, end: Int
    ) -> Bool {
        while position < end {
            var byte = bytes[position]
            position += 1
            if byte == ASCII.singleQuote {
                return true
            }
            if byte == ASCII.backslash && position < end && bytes[position] == ASCII.singleQuote {
                byte = ASCII.singleQuote
                position += 1
            }
            bytes[target] = byte
            target += 1
        }
        return false
    }

    /// Returns the byte that the escape stands for whose letter is at `position`, and moves past it.
    ///
    /// - Precondition: `position < end`.
    private static func unescape(_ bytes: borrowing Span<UInt8>, at position: inout Int, end: Int) -> UInt8 {
        let letter = bytes[position]
        position += 1
        switch letter {
        case UInt8(ascii: "n"): return ASCII.lineFeed
        case UInt8(ascii: "r"): return ASCII.carriageReturn
        case UInt8(ascii: "t"): return ASCII.tab
        case UInt8(ascii: "b"): return ASCII.backspace
        case UInt8(ascii: "a"): return ASCII.bell
        case UInt8(ascii: "x"):
            guard position + 1 < end,
                let high = ASCII.hexadecimalValue(bytes[position]),
                let low = ASCII.hexadecimalValue(bytes[position + 1])
            else { return letter }
            position += 2
            return high << 4 | low
        default: return letter
        }
    }
}
