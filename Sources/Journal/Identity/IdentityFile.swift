import Platform

/// Reading and replacing a directory's identity.
enum IdentityFile {
    /// Reads the identity of `directory`; nil if it has none.
    static func read(from directory: String, files: any FileSystem) throws(JournalError) -> Identity? {
        let path = FileNames.identity(in: directory)
        guard files.exists(path) else { return nil }
        let file = try JournalError.unlessRefused { () throws(SystemCallError) in try files.open(path, .read) }
        defer { files.close(file) }
        let size = try JournalError.unlessRefused { () throws(SystemCallError) in try files.size(of: file) }
        guard size <= UInt64(Identity.fileLengthMaximum) else {
            throw .damaged(file: path, offset: 0, what: "the identity is unreadable", syncedThrough: nil)
        }
        var bytes: [UInt8] = []
        try WholeReads.read(file, at: 0, count: Int(size), into: &bytes, files: files)
        do throws(Identity.Refusal) {
            return try Identity(bytes)
        } catch {
            switch error {
            case .damaged:
                throw .damaged(file: path, offset: 0, what: "the identity is unreadable", syncedThrough: nil)
            case .newer(let version):
                throw .otherFormat(file: path, offset: 0, what: "identity of format \(version)")
            }
        }
    }

    /// Replaces the identity of `directory` atomically and durably, then stores its stamp in the lock
    /// file, or withholds it. A crash in between leaves a stamp that does not match, and so another new
    /// identity.
    static func replace(
        with identity: Identity, in directory: String, lock: DirectoryLock, configuration: JournalConfiguration,
        files: any FileSystem
    ) throws(JournalError) {
        let new = FileNames.newIdentity(in: directory)
        let content = identity.bytes
        let stamp = try JournalError.unlessRefused { () throws(SystemCallError) -> UInt64 in
            if files.exists(new) { try files.remove(new) }
            let file = try files.open(new, .create)
            do throws(SystemCallError) {
                try files.write(content.span, to: file, at: 0)
                try files.sync(file)
            } catch {
                files.close(file)
                throw error
            }
            files.close(file)
            try files.rename(new, to: FileNames.identity(in: directory))
            try files.syncDirectory(directory)
            return try files.changeStamp(of: FileNames.identity(in: directory))
        }
        try lock.store(
            processID: configuration.processID, stamp: configuration.keepsProof ? stamp : nil, files: files)
    }
}
