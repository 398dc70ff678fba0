import Testing

/// The rules of the house, applied to the package itself.
struct TidyTests {
    private let tree = PackageTree()
    /// Read once for all tests.
    private static let cachedFiles = Result { try PackageTree().swiftFiles() }

    private func files() throws -> [SourceText] {
        let files = try Self.cachedFiles.get()
        try #require(files.contains { $0.path == "Sources/Causality/Dot.swift" }, "the package was not found")
        return files
    }

    /// Without the rules' own files, which spell out what they forbid.
    private func isJudged(_ path: String) -> Bool {
        !path.hasPrefix("Tests/TidyTests/")
    }

    @Test func `files, functions and lines are short`() throws {
        let found = try self.files().flatMap(SizeRules.violations)
        #expect(found == [])
    }

    @Test func `no layer uses words that do not belong there`() throws {
        let found = try self.files().filter { self.isJudged($0.path) }.flatMap(TokenRules.violations)
        #expect(found == [])
    }

    @Test func `every import points down the layers`() throws {
        let found = try self.files().flatMap(LayerRules.violations)
        #expect(found == [])
    }

    @Test func `names say something`() throws {
        let found = try self.files().filter { self.isJudged($0.path) }.flatMap(NameRules.violations)
        #expect(found == [])
    }

    @Test func `the top of the repository is bare`() throws {
        #expect(RepositoryRules.violations(topLevelNames: try self.tree.topLevelNames()) == [])
    }

    @Test func `no text depends on one machine`() throws {
        let texts = try self.tree.texts().filter { self.isJudged($0.path) }
        #expect(texts.flatMap(RepositoryRules.violations) == [])
    }

    @Test func `links in the README lead somewhere`() throws {
        guard self.tree.exists("README.md") else { return }
        let markdown = try self.tree.text(of: "README.md")
        let broken = RepositoryRules.brokenLinks(path: "README.md", markdown: markdown, exists: self.tree.exists)
        #expect(broken == [])
    }
}
