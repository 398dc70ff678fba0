import Glibc
import Platform
import PosixPlatform
import Testing

@testable import StarlingCommand

struct SecretFileTests {
    private static func setting(_ path: String) -> Setting {
        Setting(flag: ServeFlags.secretFile, text: path, origin: .flag)
    }

    @Test func `a secret is read without the line's end, and an empty or missing file refused`() throws {
        let directory = try LocalFiles.makeTemporaryDirectory(
            in: ProcessFacts.temporaryDirectory, prefix: "starling-secret-")
        defer { LocalFiles.removeTree(directory) }
        let path = directory + "/secret"
        #expect(throws: CommandError.self) { try SecretFile.read(Self.setting(path)) }
        LocalFiles.closeDescriptor(try LocalFiles.openForAppending(path))
        #expect(throws: CommandError.self) { try SecretFile.read(Self.setting(path)) }
        let file = try LocalFiles.openForAppending(path)
        let text = Array("hush \r\n".utf8)
        #expect(unsafe write(file, text, text.count) == text.count)
        LocalFiles.closeDescriptor(file)
        #expect(try SecretFile.read(Self.setting(path)) == Array("hush".utf8))
        #expect(unsafe chmod(path, 0o644) == 0)
        #expect(
            throws: CommandError(
                .configuration,
                lines: ["starling: --secret-file \(path) is open to everyone (0644). Close it: chmod 600 \(path)"])
        ) { try SecretFile.read(Self.setting(path)) }
    }
}
