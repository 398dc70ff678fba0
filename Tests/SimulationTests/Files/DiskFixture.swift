import Platform
import Simulation

/// A disk of its own with one synced directory, and short ways to write and read whole files.
struct DiskFixture {
    let files: SimulatedFileSystem

    init(seed: UInt64) throws {
        self.files = SimulatedFileSystem(seed: seed)
        try self.files.createDirectory("/d")
        try self.files.syncDirectory("/")
    }

    /// Creates a file with these bytes; nothing of it is synced.
    func make(_ path: String, _ bytes: [UInt8]) throws -> FileID {
        let file = try self.files.open(path, .create)
        try self.files.write(bytes.span, to: file, at: 0)
        return file
    }

    /// Creates a file with these bytes, its bytes and its name synced.
    func makeDurable(_ path: String, _ bytes: [UInt8]) throws -> FileID {
        let file = try self.make(path, bytes)
        try self.files.sync(file)
        try self.files.syncDirectory("/d")
        return file
    }
}
