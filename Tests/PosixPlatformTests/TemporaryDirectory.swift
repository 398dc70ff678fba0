import Glibc
import Platform
import PosixPlatform
import Testing

/// An empty directory that goes when the test does.
final class TemporaryDirectory {
    let path: String
    private let files: PosixFileSystem

    init(_ files: PosixFileSystem) throws {
        var random = SystemRandomNumberGenerator()
        self.files = files
        self.path = "\(ProcessFacts.temporaryDirectory)/starling-test-\(getpid())-\(random.next())"
        try files.createDirectory(self.path)
    }

    deinit {
        Self.remove(self.path, self.files)
    }

    private static func remove(_ path: String, _ files: PosixFileSystem) {
        // A directory can be listed, a file cannot.
        for name in (try? files.list(path)) ?? [] {
            Self.remove("\(path)/\(name)", files)
        }
        try? files.remove(path)
    }
}
