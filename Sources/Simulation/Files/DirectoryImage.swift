/// A copy of a directory's names and bytes, as a backup tool would take it.
package struct DirectoryImage: Hashable, Sendable {
    /// One entry below the directory.
    package struct Entry: Hashable, Sendable {
        /// Relative to the directory.
        package var path: String
        /// A file's content; nil for a directory.
        package var bytes: [UInt8]?
        /// What a copy of the whole machine's disk carries along, and no copying program can.
        package var stamp: UInt64 = 0
        /// As ``stamp``.
        package var birth: UInt64 = 0
    }

    /// Sorted by path, so that a directory comes before what it holds.
    package var entries: [Entry]
}
