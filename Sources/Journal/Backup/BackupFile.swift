import ByteCoding
package import Causality
package import Platform

/// Reading a backup from a file.
package enum BackupFile {
    /// Bytes read at once.
    private static let window = 1024 * 1024

    /// Reads a whole backup and checks everything.
    ///
    /// - Parameter progress: told now and then how many bytes of how many have been read.
    package static func check(
        _ path: String, files: any FileSystem, progress: (UInt64, UInt64) -> Void = { _, _ in }
    ) throws(RestoreError) -> BackupSummary {
        try self.read(path, files: files, progress: progress) { _ throws(RestoreError) in }
    }

    /// Reads a whole backup, handing each of its pieces to `body`.
    static func read(
        _ path: String, files: any FileSystem, progress: (UInt64, UInt64) -> Void,
        _ body: (BackupPiece) throws(RestoreError) -> Void
    ) throws(RestoreError) -> BackupSummary {
        let (file, size) = try self.open(path, files)
        defer { files.close(file) }
        var decoder = BackupDecoder()
        var offset: UInt64 = 0
        var bytes: [UInt8] = []
        while offset < size {
            try self.read(file, path, offset, self.window, into: &bytes, files)
            // Whoever writes to it meanwhile will be told that it is damaged.
            guard !bytes.isEmpty else { break }
            offset += UInt64(bytes.count)
            decoder.append(bytes)
            while let piece = try self.next(&decoder, path) { try body(piece) }
            progress(offset, size)
        }
        do throws(BackupError) {
            try decoder.finish()
        } catch {
            throw .backup(file: path, error)
        }
        return decoder.summary
    }

    /// What a backup claims to hold, read from its end alone: what an incremental one is to be made from.
    ///
    /// - Throws: when the end of the file is not that of a backup. What comes before is not looked at.
    package static func context(of path: String, files: any FileSystem) throws(RestoreError) -> CausalContext {
        let (file, size) = try self.open(path, files)
        defer { files.close(file) }
        let endFrame = UInt64(BackupFormat.frameHeaderLength + BackupFormat.endLength)
        var header: [UInt8] = []
        try self.read(file, path, 0, BackupFormat.headerLength, into: &header, files)
        var decoder = BackupDecoder()
        decoder.append(header)
        _ = try self.next(&decoder, path)
        guard size >= UInt64(BackupFormat.headerLength) + endFrame else {
            throw .backup(file: path, .incomplete(offset: size))
        }
        var end: [UInt8] = []
        try self.read(file, path, size - endFrame, Int(endFrame), into: &end, files)
        // Records, kept dots and frames come before the offset.
        var reader = ByteReader(end, min(end.count, BackupFormat.frameHeaderLength + 24)..<end.count)
        guard let start = try? reader.readUInt64(), start >= UInt64(BackupFormat.headerLength), start < size,
            size - start <= UInt64(BackupFormat.payloadMaximum) * 64
        else { throw .backup(file: path, .incomplete(offset: size)) }
        var bytes: [UInt8] = []
        try self.read(file, path, start, Int(size - start), into: &bytes, files)
        do throws(BackupError) {
            return try decoder.readContexts(bytes, at: start)
        } catch {
            throw .backup(file: path, error)
        }
    }

    private static func next(
        _ decoder: inout BackupDecoder, _ path: String
    ) throws(RestoreError) -> BackupPiece? {
        do throws(BackupError) {
            return try decoder.next()
        } catch {
            throw .backup(file: path, error)
        }
    }

    private static func open(
        _ path: String, _ files: any FileSystem
    ) throws(RestoreError) -> (file: FileID, size: UInt64) {
        do throws(SystemCallError) {
            let file = try files.open(path, .read)
            do throws(SystemCallError) {
                return (file, try files.size(of: file))
            } catch {
                files.close(file)
                throw error
            }
        } catch {
            throw .system(error)
        }
    }

    private static func read(
        _ file: FileID, _ path: String, _ offset: UInt64, _ count: Int, into bytes: inout [UInt8],
        _ files: any FileSystem
    ) throws(RestoreError) {
        do throws(JournalError) {
            try WholeReads.read(file, at: offset, count: count, into: &bytes, files: files)
        } catch {
            throw .journal(error)
        }
    }
}
