import Glibc
import PosixPlatform
import Testing

@testable import StarlingCommand

/// The commit of the repository that a program lies in.
struct BuildCommitTests {
    private static let commit = "0123456789abcdef0123456789abcdef01234567"

    /// Makes a tree of these files, and finds the commit for a program in it.
    private static func commit(_ files: [(path: String, text: String)]) throws -> String? {
        let root = try LocalFiles.makeTemporaryDirectory(in: ProcessFacts.temporaryDirectory, prefix: "commit-")
        defer { LocalFiles.removeTree(root) }
        for file in files {
            let path = "\(root)/repository/\(file.path)"
            for slash in path.indices where path[slash] == "/" {
                _ = unsafe mkdir(String(path[..<slash]), 0o700)
            }
            let descriptor = try LocalFiles.openForAppending(path)
            defer { LocalFiles.closeDescriptor(descriptor) }
            let bytes = Array(file.text.replacing("ROOT", with: root).utf8)
            let count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            #expect(count == bytes.count)
        }
        let found = BuildCommit.checkedOut(above: "\(root)/repository/.build/release/starling")
        #expect(found == nil || found?.directory == "\(root)/repository")
        return found?.commit
    }

    @Test func `a branch is followed to its commit`() throws {
        let found = try Self.commit([
            (".git/HEAD", "ref: refs/heads/main\n"), (".git/refs/heads/main", Self.commit + "\n"),
        ])
        #expect(found == "0123456789ab")
    }

    @Test func `a branch may be packed`() throws {
        let packed = "# pack-refs\n\(String(Self.commit.reversed())) refs/heads/other\n\(Self.commit) refs/heads/main\n"
        #expect(
            try Self.commit([(".git/HEAD", "ref: refs/heads/main"), (".git/packed-refs", packed)]) == "0123456789ab")
    }

    @Test func `a commit may be checked out without a branch`() throws {
        #expect(try Self.commit([(".git/HEAD", Self.commit + "\n")]) == "0123456789ab")
    }

    @Test func `a worktree names its directory, and that the shared one`() throws {
        let found = try Self.commit([
            (".git", "gitdir: ROOT/repository/main/worktrees/one\n"),
            ("main/worktrees/one/HEAD", "ref: refs/heads/side\n"), ("main/worktrees/one/commondir", "../..\n"),
            ("main/refs/heads/side", Self.commit + "\n"),
        ])
        #expect(found == "0123456789ab")
    }

    @Test func `what is no commit is not taken for one`() throws {
        #expect(
            try Self.commit([(".git/HEAD", "ref: refs/heads/main\n"), (".git/refs/heads/main", "nonsense\n")]) == nil)
        #expect(BuildCommit.checkedOut(above: "starling") == nil)
    }
}
