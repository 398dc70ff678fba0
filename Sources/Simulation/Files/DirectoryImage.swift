/// A copy of a directory's names and bytes, as a backup tool would take it.
package struct DirectoryImage: Hashable, Sendable {
    /// One entry below the directory.
    package struct Entry: Hashable, Sendable {
        /// Relative to the directory.
        package var path: String
        /// A file's content; nil for a directory.
        package var bytes: [UInt8]?
    }

    /// Sorted by path, so that a directory comes before what it holds.
    package var entries: [Entry]
}
