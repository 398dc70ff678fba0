/// One line of a configuration file as words.
enum ConfigurationLine {
    /// Why a line is not words.
    struct Malformed: Error, Equatable {
        var reason: String
    }

    /// Returns the line's words, without quotes and comment.
    static func words(_ line: Substring) -> Result<[String], Malformed> {
        var words: [String] = []
        var rest = line.utf8[...]
        while true {
            rest = rest.drop { Self.isSpace($0) }
            guard let first = rest.first, first != UInt8(ascii: "#") else { return .success(words) }
            if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
                switch Self.quoted(&rest, by: first) {
                case .failure(let error): return .failure(error)
                case .success(let word): words.append(word)
                }
            } else {
                let word = rest.prefix { !Self.isSpace($0) }
                rest = rest.dropFirst(word.count)
                words.append(String(decoding: word, as: UTF8.self))
            }
        }
    }

    /// Takes a quoted word off the front of `rest`.
    private static func quoted(_ rest: inout Substring.UTF8View, by quote: UInt8) -> Result<String, Malformed> {
        var bytes: [UInt8] = []
        rest.removeFirst()
        while let byte = rest.popFirst() {
            if byte == quote {
                guard rest.first.map(Self.isSpace) ?? true else {
                    return .failure(Malformed(reason: "a closing quote must be followed by a space or the line's end."))
                }
                return .success(String(decoding: bytes, as: UTF8.self))
            }
            if byte != UInt8(ascii: "\\") {
                bytes.append(byte)
            } else if quote == UInt8(ascii: "'") {
                if rest.first == quote {
                    rest.removeFirst()
                    bytes.append(quote)
                } else {
                    bytes.append(byte)
                }
            } else {
                bytes.append(Self.escaped(&rest))
            }
        }
        return .failure(Malformed(reason: "a quote is opened and not closed."))
    }

    /// Takes what follows a backslash off the front of `rest`.
    private static func escaped(_ rest: inout Substring.UTF8View) -> UInt8 {
        guard let byte = rest.popFirst() else { return UInt8(ascii: "\\") }
        switch byte {
        case UInt8(ascii: "n"): return UInt8(ascii: "\n")
        case UInt8(ascii: "r"): return UInt8(ascii: "\r")
        case UInt8(ascii: "t"): return UInt8(ascii: "\t")
        case UInt8(ascii: "x"):
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else { return byte }
            rest = rest.dropFirst(2)
            return value
        default: return byte
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}
