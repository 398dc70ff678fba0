/// An open file. Handles are small numbers, reused after ``FileSystem/close(_:)``.
package struct FileID: Hashable, Sendable {
    package var rawValue: Int32

    package init(rawValue: Int32) {
        self.rawValue = rawValue
    }
}

/// How ``FileSystem/open(_:_:)`` treats the file.
package enum OpenMode: Hashable, Sendable {
    /// It must exist; reading only.
    case read
    /// It must exist; reading and writing.
    case readWrite
    /// It must not exist; created empty, for reading and writing.
    case create
}

/// The seam to storage. Everything is called on the node's one thread.
///
/// The synchronous calls serve opening, reading values and closing. While a node runs, everything
/// that must reach the disk goes through ``submit(_:)``, so that a slow or stuck disk delays
/// acknowledgements but not reads and conversations.
///
/// After a failed sync an implementation MUST NOT report a later sync of the same file as a success
/// for the pages of the failed one; callers MUST NOT ask for it.
package protocol FileSystem: AnyObject {
    /// Creates a directory and its parents; existing ones are fine.
    func createDirectory(_ path: String) throws(SystemCallError)
    /// The names in a directory, sorted, without `.` and `..`.
    func list(_ directory: String) throws(SystemCallError) -> [String]
    func exists(_ path: String) -> Bool

    func open(_ path: String, _ mode: OpenMode) throws(SystemCallError) -> FileID
    func close(_ file: FileID)
    /// The file's length in bytes.
    func size(of file: FileID) throws(SystemCallError) -> UInt64
    /// Reads up to `destination.count` bytes; fewer only at the end of the file.
    func read(
        _ file: FileID, at offset: UInt64, into destination: inout MutableSpan<UInt8>
    ) throws(SystemCallError) -> Int
    /// Writes all the bytes, or throws.
    func write(_ bytes: Span<UInt8>, to file: FileID, at offset: UInt64) throws(SystemCallError)
    func truncate(_ file: FileID, to size: UInt64) throws(SystemCallError)
    /// Returns when the file's bytes and length are durable (`fdatasync`).
    func sync(_ file: FileID) throws(SystemCallError)
    /// Returns when the directory's names are durable.
    func syncDirectory(_ path: String) throws(SystemCallError)
    /// Replaces `destination` atomically.
    func rename(_ source: String, to destination: String) throws(SystemCallError)
    func remove(_ path: String) throws(SystemCallError)
    /// Opens, creating if need be, and locks a file for this process alone; throws `isLocked` at once
    /// if another holds it. Closing the file, or the end of the process, gives the lock up.
    func lock(_ path: String) throws(SystemCallError) -> FileID
    /// A number that changes whenever the file is written, copied, restored or replaced, and that a
    /// copy cannot carry along (the inode's change time and number).
    func changeStamp(of path: String) throws(SystemCallError) -> UInt64
    /// A number that stays with this very file as long as it exists, also when it is written or renamed,
    /// and that no copy of it has (the inode's number and time of birth).
    func birthStamp(of file: FileID) throws(SystemCallError) -> UInt64
    /// Bytes an ordinary writer may still use on the volume that holds `path`.
    func freeBytes(at path: String) throws(SystemCallError) -> UInt64

    /// Starts a job. Its steps run in order, off this thread, after those of every earlier job of the
    /// same lane; the end is reported as ``Event/stored(_:_:)``.
    func submit(_ job: StorageJob)
}
