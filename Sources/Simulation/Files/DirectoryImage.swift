/// A copy of a directory's names and bytes, as a backup tool would take it.
package struct DirectoryImage: Hashable, Sendable {
    /// One entry below the directory. `bytes` is nil for a directory.
    package struct Entry: Hashable, Sendable {
        package var path: String
        package var bytes: [UInt8]?
    }

    /// Sorted by path, so that a directory comes before what it holds.
    package var entries: [Entry]
}
