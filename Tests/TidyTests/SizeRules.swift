/// Bounds on lengths, so that everything can be read at once.
enum SizeRules {
    static let fileLines = 500
    static let functionLines = 70
    static let columns = 120

    static func violations(in file: SourceText) -> [String] {
        var violations = Self.longFunctions(in: file)
        let count = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
        if count > Self.fileLines {
            violations.append("\(file.path): \(count) lines; split it by what changes together")
        }
        for (index, line) in file.lines.enumerated() where line.count > Self.columns {
            violations.append(file.violation(index, "\(line.count) columns; `swift format -i` breaks lines"))
        }
        return violations
    }

    private static func longFunctions(in file: SourceText) -> [String] {
        let code = file.code
        var lineOf: [Int] = []
        var line = 0
        for byte in code {
            lineOf.append(line)
            if byte == UInt8(ascii: "\n") { line += 1 }
        }
        let starts = ["func", "init", "deinit", "subscript"].flatMap { code.occurrences(of: $0) }.sorted()
        return starts.compactMap { start in
            guard start == 0 || code[start - 1] != UInt8(ascii: "."), let end = Self.endOfBody(in: code, from: start)
            else { return nil }
            let count = lineOf[end] - lineOf[start] + 1
            guard count > Self.functionLines else { return nil }
            return file.violation(lineOf[start], "a function of \(count) lines; give its steps names of their own")
        }
    }

    /// The index of the brace that closes the body of the declaration; nil if it has none.
    private static func endOfBody(in code: [UInt8], from start: Int) -> Int? {
        var parentheses = 0
        var braces = 0
        for index in start..<code.count {
            switch Unicode.Scalar(code[index]) {
            case "(", "[":
                parentheses += 1
            case ")", "]":
                parentheses -= 1
            case "{":
                braces += 1
            case "}":
                braces -= 1
                if braces == 0, parentheses == 0 { return index }
                if braces < 0 { return nil }
            case "\n" where braces == 0 && parentheses == 0:
                // Without a body the declaration ends here, unless the next line goes on with it.
                let rest = code[index...].drop(while: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") })
                let continuations = ["{", "where", "->", "throws", "async"]
                guard continuations.contains(where: { rest.starts(with: $0.utf8) }) else { return nil }
            default:
                continue
            }
        }
        return nil
    }
}
