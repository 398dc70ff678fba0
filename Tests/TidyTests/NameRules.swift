/// Names that say nothing, and names that would hide a module.
enum NameRules {
    private static let bags: Set<String> = [
        "Manager", "Helper", "Helpers", "Util", "Utils", "Utilities", "Common", "Base", "Handler", "Extensions", "Misc",
    ]

    static func violations(in file: SourceText) -> [String] {
        var violations: [String] = []
        if let bag = Self.words(of: file.name).first(where: Self.bags.contains) {
            violations.append("\(file.path): \"\(bag)\" names a bag; name the file after what is in it")
        }
        let declaration = /\b(?:struct|class|enum|actor|protocol|typealias)\s+(\w+)/
        for (index, line) in file.codeLines.enumerated() {
            for match in line.matches(of: declaration) where LayerRules.allowed[String(match.1)] != nil {
                violations.append(file.violation(index, "type \(match.1) hides the module of that name"))
            }
        }
        return violations
    }

    /// `Retry`, `Policy` and `Extensions` for `RetryPolicy+Extensions`.
    private static func words(of name: String) -> [String] {
        name.reduce(into: [""]) { words, character in
            let isPart = character.isLetter || character.isNumber
            if character.isUppercase || !isPart { words.append("") }
            if isPart { words[words.count - 1].append(character) }
        }
    }
}
