import Foundation

/// The package on disk that these tests were built from.
struct PackageTree {
    let root: URL

    init(testFile: String = #filePath) {
        // Tests/TidyTests/PackageTree.swift
        self.root = URL(filePath: testFile).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    /// Names at the top, sorted.
    func topLevelNames() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: self.root.path).sorted()
    }

    /// Paths of all files below a folder, sorted, without what a build leaves behind.
    func files(below folder: String) -> [String] {
        let names = FileManager.default.enumerator(atPath: self.root.appending(path: folder).path)
        return (names?.compactMap { $0 as? String } ?? [])
            .filter { name in !name.split(separator: "/").contains { $0 == ".build" || $0 == ".swiftpm" } }
            .map { "\(folder)/\($0)" }.filter(self.isFile).sorted()
    }

    /// The Swift files of Sources and Tests. The rules' own files spell out what they forbid.
    func swiftFiles() throws -> [SourceText] {
        try (self.files(below: "Sources") + self.files(below: "Tests")).filter { $0.hasSuffix(".swift") }.map {
            SourceText(path: $0, text: try self.text(of: $0))
        }
    }

    /// Every file that is text: path and content.
    func texts() throws -> [(path: String, text: String)] {
        let folders = ["Sources", "Tests", "examples", ".ci"].flatMap(self.files)
        let others = ["Package.swift", "README.md", "Makefile", ".gitignore", ".swift-format"].filter(self.isFile)
        return (folders + others).compactMap { path in
            (try? self.text(of: path)).map { (path, $0) }
        }
    }

    func text(of path: String) throws -> String {
        try String(contentsOf: self.root.appending(path: path), encoding: .utf8)
    }

    /// Whether a file or folder of that path exists.
    func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: self.root.appending(path: path).path)
    }

    private func isFile(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: self.root.appending(path: path).path)
        return attributes?[.type] as? FileAttributeType == .typeRegular
    }
}
