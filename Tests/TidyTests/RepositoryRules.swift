/// What may lie in the repository, and what its texts may point to.
enum RepositoryRules {
    private static let topLevel: Set<String> = [
        "Package.swift", "Sources", "Tests", "README.md", "examples", "Makefile",
    ]

    /// Folders and addresses that exist on one machine or in one network only.
    private static let placesOfOneMachine = [
        "/work/", "/tmp/wt", "/opt/swift", "/home/", "pypi.org", "registry.npmjs", "crates.io",
        "swiftpackageindex", "artifactory", "proxy.golang",
    ]

    static func violations(topLevelNames: [String]) -> [String] {
        topLevelNames.filter { !$0.hasPrefix(".") && !Self.topLevel.contains($0) }.map {
            "\($0): not among the names at the top of the repository"
        }
    }

    static func violations(path: String, text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { index, line in
            Self.placesOfOneMachine.filter { place in
                line.ranges(of: place).contains { range in
                    // `/work/` inside a longer path, such as a URL's, is somebody else's.
                    range.lowerBound == line.startIndex || !line[line.index(before: range.lowerBound)].isLetter
                }
            }.map { "\(path):\(index + 1): `\($0)` means nothing on another machine" }
        }
    }

    /// Links in Markdown that lead nowhere: to a missing file, or to a heading that is not in the text.
    static func brokenLinks(path: String, markdown: String, exists: (String) -> Bool) -> [String] {
        let headings = markdown.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
            line.drop { $0 == "#" || $0 == " " }.lowercased().filter {
                $0.isLetter || $0.isNumber || "-_ ".contains($0)
            }
            .replacing(" ", with: "-")
        }
        return markdown.matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }.filter { target in
            if target.hasPrefix("http://") || target.hasPrefix("https://") { return false }
            let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            if parts[0].isEmpty { return !headings.contains(String(parts.last ?? "")) }
            return !exists(String(parts[0]))
        }.map { "\(path): the link to \($0) leads nowhere" }
    }
}
