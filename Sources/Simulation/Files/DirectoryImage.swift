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

    /// An image of these entries, sorted by path.
    package init(entries: [Entry]) {
        self.entries = entries
    }

    /// What a program brings home that copies a directory file by file, in the order of their names, while it
    /// is written to: files up to a place as they were at first, those behind as they are later, and of the
    /// file at that place the first half from before.
    package init(of before: DirectoryImage, then after: DirectoryImage, from place: Int) {
        self.entries = []
        for (index, entry) in after.entries.enumerated() {
            let earlier = before.entries.first { $0.path == entry.path }
            if index > place {
                self.entries.append(entry)
            } else if var mixed = earlier {
                if index == place, let old = mixed.bytes, let new = entry.bytes {
                    mixed.bytes = Array(old.prefix(old.count / 2)) + new.dropFirst(old.count / 2)
                }
                self.entries.append(mixed)
            } else if index == place {
                self.entries.append(entry)
            }
        }
    }
}
