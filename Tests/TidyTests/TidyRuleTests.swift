import Testing

/// Each rule is shown a text that breaks it, and one that only looks as if it did.
struct TidyRuleTests {
    private func decider(_ text: String) -> SourceText {
        SourceText(path: "Sources/Replication/Planted.swift", text: text)
    }

    @Test(arguments: [
        "let x = await y()", "func f() async {}", "Task { }", "let t = Date()", "let u = UUID()",
        "let n = Int.random(in: 0..<3)", "let b = Bool.random()", "let e = list.randomElement()",
        "list.shuffled()", "list.shuffle()", "x.hashValue", "ObjectIdentifier(x)", "Thread.current", "let x = try! f()",
        "fatalError()", "fatalError(\"oops\")", "final class C: @unchecked Sendable {}",
        "nonisolated(unsafe) var x = 1", "// TODO: later", "let x = 1  // FIXME", "/// XXX",
        "let c = ContinuousClock()",
    ])
    func `a banned word in a decider is found`(text: String) {
        #expect(TokenRules.violations(in: self.decider("let first = 0\n" + text)).count == 1)
        #expect(TokenRules.violations(in: self.decider(text)).first?.contains("Planted.swift:1:") == true)
    }

    @Test(arguments: [
        "// an await in a comment", "let s = \"await Task.sleep\"", "let taskList = 1; TaskList()", "/* async */",
        "let n = Int.random(in: 0..<3, using: &generator)", "environment.random()", "self.environment.random()",
        "let s = #\"try! \"Date()\" \"#", "let m = \"\"\"\n await \"quoted\" Date()\n \"\"\"", "let `await this` = 1",
        "fatalError(\"the caller has checked the bounds\")", "list.shuffled(using: &generator)",
        "// It is immutable.\nfinal class C: @unchecked Sendable {}", "let s = \"\\\"\"; let asyncs = 1",
        "let candidate = update(x)",
    ])
    func `a word that only looks banned is left alone`(text: String) {
        #expect(TokenRules.violations(in: self.decider(text)) == [])
    }

    @Test func `layers above the deciders may wait, and tests may not`() {
        let text = "await f()\nTask {}\n"
        #expect(TokenRules.violations(in: SourceText(path: "Sources/Starling/Planted.swift", text: text)) == [])
        for line in ["try await Task.sleep(for: x)", "usleep(1)", "Glibc.sleep(3)", "eventually { }"] {
            let file = SourceText(path: "Tests/StarlingTests/Planted.swift", text: line)
            #expect(!TokenRules.violations(in: file).isEmpty)
        }
    }

    @Test func `long files, functions and lines are found`() {
        let statements = String(repeating: "        work()\n", count: SizeRules.functionLines - 1)
        let long = "struct S {\n    func f(\n        _ x: () -> Void = {}\n    ) {\n\(statements)    }\n}\n"
        let found = SizeRules.violations(in: self.decider(long))
        #expect(found.count == 1 && found.first?.contains(":2: a function of 73 lines") == true)
        let initialiser = "struct S {\n    init(x: Int) {\n\(statements)    }\n}\n"
        #expect(SizeRules.violations(in: self.decider(initialiser)).count == 1)
        let short =
            "func f() {\n" + String(repeating: "    g(\"{\") // {\n", count: SizeRules.functionLines - 2) + "}\n"
        #expect(SizeRules.violations(in: self.decider(short)) == [])
        let requirements = "protocol P {\n    func f()\n    init(x: Int)\n" + String(repeating: "\n", count: 80) + "}\n"
        #expect(SizeRules.violations(in: self.decider(requirements)) == [])
        let wide = "let x = \"" + String(repeating: "x", count: SizeRules.columns) + "\""
        #expect(SizeRules.violations(in: self.decider(wide)).count == 1)
        #expect(SizeRules.violations(in: self.decider(String(repeating: "\n", count: SizeRules.fileLines))) == [])
        #expect(
            SizeRules.violations(in: self.decider(String(repeating: "\n", count: SizeRules.fileLines + 1))).count == 1)
    }

    @Test(arguments: [
        ("Causality", "import DataModel"), ("Journal", "import AntiEntropy"), ("Replication", "package import Glibc"),
        ("Replication", "import Foundation"), ("Simulation", "import PosixPlatform"),
        ("DataModel", "public import struct Platform.Instant"),
        ("Starling", "import Glibc"), ("Starling", "import Foundation"), ("StarlingServer", "import AntiEntropy"),
        ("Unheard", "import Causality"), ("Causality", "@testable import Journal"),
    ])
    func `an import against the layers is found`(module: String, line: String) {
        let file = SourceText(path: "Sources/\(module)/Planted.swift", text: line)
        #expect(LayerRules.violations(in: file).count == 1)
    }

    @Test func `imports along the layers and words in comments are left alone`() {
        let text = "package import Causality\nimport struct ByteCoding.ByteReader\n// import Foundation\n"
        #expect(LayerRules.violations(in: SourceText(path: "Sources/DataModel/Planted.swift", text: text)) == [])
        let posix = SourceText(path: "Sources/PosixPlatform/Planted.swift", text: "import Glibc\nimport CPosixShim")
        #expect(LayerRules.violations(in: posix) == [])
    }

    @Test func `names of bags and of modules are found`() {
        for name in ["PeerManager", "StringHelpers", "Utils", "Common", "ConnectionHandler", "String+Extensions"] {
            let file = SourceText(path: "Sources/Journal/\(name).swift", text: "")
            #expect(NameRules.violations(in: file).count == 1, "\(name)")
        }
        for name in ["Baseline", "Base64", "Commonality", "RESPEncoder+Bytes", "Dot"] {
            #expect(NameRules.violations(in: SourceText(path: "Sources/Journal/\(name).swift", text: "")) == [])
        }
        #expect(NameRules.violations(in: self.decider("package struct Journal {}")).count == 1)
        #expect(NameRules.violations(in: self.decider("// struct Journal\nstruct JournalError {}")) == [])
    }

    @Test func `strange names at the top and places of one machine are found`() {
        let names = [".git", "Package.swift", "Sources", "notes.txt", "Tests"]
        #expect(RepositoryRules.violations(topLevelNames: names).count == 1)
        for line in ["see /work/main", "cd /tmp/wt-x", "PATH=/opt/swift/bin", "https://pypi.org/simple"] {
            #expect(RepositoryRules.violations(path: "Makefile", text: "ok\n" + line).count == 1)
        }
        #expect(RepositoryRules.violations(path: "README.md", text: "https://example.org/a/work/b and /tmp/x") == [])
    }

    @Test func `links that lead nowhere are found`() {
        let markdown =
            "# A Title, here\n[a](Sources) [b](missing.md#x) [c](#a-title-here) [d](#nothing) [e](https://x.org/)"
        let broken = RepositoryRules.brokenLinks(path: "README.md", markdown: markdown) { $0 == "Sources" }
        #expect(broken.count == 2 && broken[0].contains("missing.md#x") && broken[1].contains("#nothing"))
    }
}
