import ByteCoding
import Platform

/// The lock file of a data directory: held while the directory is open, and keeper of the proof that
/// the identity file beside it is the very one that was written there.
///
/// A copied or restored directory carries along both files, but not the change stamp of the identity
/// file. So a stamp that differs, or none, means that others may have seen writes of this identity
/// that this directory has not.
///
/// While writes are told of before they are durable the stamp is withheld, as 0, until the directory is
/// closed in good order: a crash may then take back a write that somebody knows by its name, and that
/// name must not be used again.
///
/// The file is text: `process N`, a newline, `stamp N`, a newline, spaces up to 64 bytes.
struct DirectoryLock {
    let file: FileID
    private let path: String
    private static let length = 64

    /// Takes the lock of `directory`.
    init(of directory: String, files: any FileSystem) throws(JournalError) {
        self.path = FileNames.lock(in: directory)
        do throws(SystemCallError) {
            self.file = try files.lock(self.path)
        } catch {
            throw error.kind == .isLocked ? .locked(file: self.path) : .unreadable(error)
        }
    }

    /// What a lock file says of the directory's identity.
    enum Proof {
        /// Nothing that can be read.
        case none
        case withheld
        /// The identity file had this change stamp.
        case stamp(UInt64)
    }

    /// What was last stored.
    func proof(files: any FileSystem) throws(JournalError) -> Proof {
        var bytes: [UInt8] = []
        try WholeReads.read(self.file, at: 0, count: DirectoryLock.length, into: &bytes, files: files)
        guard bytes.count == DirectoryLock.length, let text = String(validating: bytes, as: UTF8.self) else {
            return .none
        }
        let lines = text.split(separator: "\n")
        guard lines.count == 3, lines[0].hasPrefix("process "), lines[1].hasPrefix("stamp "),
            lines[2].allSatisfy({ $0 == " " })
        else { return .none }
        switch UInt64(lines[1].dropFirst("stamp ".utf8.count)) {
        case nil: return .none
        case 0: return .withheld
        case let stamp?: return .stamp(stamp)
        }
    }

    /// Stores who holds the lock, and the stamp, nil to withhold it; durable when it returns, if the name
    /// of the file is.
    func store(processID: UInt64, stamp: UInt64?, files: any FileSystem) throws(JournalError) {
        // Two numbers of twenty digits fit.
        var bytes = Array("process \(processID)\nstamp \(stamp ?? 0)\n".utf8)
        bytes += [UInt8](repeating: UInt8(ascii: " "), count: max(0, DirectoryLock.length - bytes.count))
        let content = bytes
        try JournalError.unlessRefused { () throws(SystemCallError) in
            try files.write(content.span, to: self.file, at: 0)
            try files.sync(self.file)
        }
    }
}
