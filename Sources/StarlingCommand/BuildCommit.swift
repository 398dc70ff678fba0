import PosixPlatform

/// Which commit the program was built from, as far as that can be known.
///
/// A build does not carry it: that would take a plug-in, and every commit would rebuild everything. So
/// it is what `STARLING_COMMIT` says, as a packager sets it; else what is checked out now in the
/// repository that the program lies in, which is said along with it; else unknown.
enum BuildCommit {
    /// For example `1f3a…`, `1f3a… (checked out in /src/starling)`, or `unknown`.
    static var description: String {
        if let commit = ProcessFacts.environment("STARLING_COMMIT"), !commit.isEmpty {
            return PlainText.escaped(String(commit.prefix(64)))
        }
        guard let path = ProcessFacts.executablePath, let found = Self.checkedOut(above: path) else {
            return "unknown"
        }
        return "\(found.commit) (checked out in \(found.directory))"
    }

    /// What is checked out in the repository that holds a file; nil if none does.
    static func checkedOut(above path: String) -> (commit: String, directory: String)? {
        var directory = path[...]
        while let slash = directory.lastIndex(of: "/") {
            directory = directory[..<slash]
            if let commit = Self.head(of: Self.gitDirectory(in: String(directory))) {
                return (String(commit.prefix(12)), directory.isEmpty ? "/" : String(directory))
            }
        }
        return nil
    }

    /// `.git`, or the directory that it names, as in a worktree.
    private static func gitDirectory(in directory: String) -> String {
        let path = directory + "/.git"
        guard let line = Self.line(path), let named = Self.value(of: "gitdir: ", in: line) else { return path }
        return named.hasPrefix("/") ? named : directory + "/" + named
    }

    private static func head(of git: String) -> String? {
        guard let head = Self.line(git + "/HEAD") else { return nil }
        guard let name = Self.value(of: "ref: ", in: head) else { return Self.isCommit(head) ? head : nil }
        // A worktree has a HEAD of its own, and its branches elsewhere.
        let shared = Self.line(git + "/commondir").map { $0.hasPrefix("/") ? $0 : git + "/" + $0 } ?? git
        for directory in [git, shared] {
            if let commit = Self.line(directory + "/" + name), Self.isCommit(commit) { return commit }
        }
        guard let packed = Self.text(shared + "/packed-refs") else { return nil }
        for line in packed.split(separator: "\n") where line.hasSuffix(" " + name) {
            let commit = String(line.dropLast(name.count + 1))
            if Self.isCommit(commit) { return commit }
        }
        return nil
    }

    private static func isCommit(_ text: String) -> Bool {
        (40...64).contains(text.utf8.count) && text.allSatisfy(\.isHexDigit)
    }

    private static func value(of name: String, in line: String) -> String? {
        line.hasPrefix(name) ? String(line.dropFirst(name.count)) : nil
    }

    private static func line(_ path: String) -> String? {
        Self.text(path)?.split(separator: "\n").first.map(String.init)
    }

    private static func text(_ path: String) -> String? {
        (try? LocalFiles.read(path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
    }
}
