import Platform

/// The open files of segments: a bounded number, the least recently used given up first.
///
/// Segments from ``pinnedFrom`` on are never given up: storage jobs may be working on them.
struct SegmentHandles {
    private struct Entry {
        var number: UInt64
        var file: FileID
        var lastUse: UInt64
    }

    /// Old segments that are kept open.
    private static let capacity = 64

    private var entries: [Entry] = []
    private var uses: UInt64 = 0
    /// The lowest number that must stay open.
    var pinnedFrom: UInt64 = 0
    /// A segment whose name may stand for its successor already, though nobody has heard of it yet, and the file
    /// that is still read. Not closed from here.
    var renamed: (number: UInt64, file: FileID)?

    /// Takes over an open file.
    mutating func adopt(_ file: FileID, number: UInt64) {
        self.uses += 1
        self.entries.append(Entry(number: number, file: file, lastUse: self.uses))
    }

    /// Returns the segment's file, opened if need be.
    ///
    /// - Complexity: O(n) in the open files, of which there are at most a few dozen.
    mutating func file(
        of segment: Segment, files: any FileSystem
    ) throws(JournalError) -> FileID {
        self.uses += 1
        for index in self.entries.indices where self.entries[index].number == segment.number {
            self.entries[index].lastUse = self.uses
            return self.entries[index].file
        }
        if let renamed, renamed.number == segment.number { return renamed.file }
        self.makeRoom(files: files)
        let file = try JournalError.unlessRefused { () throws(SystemCallError) in
            try files.open(segment.path, .read)
        }
        self.adopt(file, number: segment.number)
        return file
    }

    /// Gives up a segment's file, if it is open, and returns it to be closed.
    mutating func release(_ number: UInt64) -> FileID? {
        guard let index = self.entries.firstIndex(where: { $0.number == number }) else { return nil }
        return self.entries.remove(at: index).file
    }

    /// Files that are open.
    var count: Int { self.entries.count }

    /// Closes everything.
    mutating func closeAll(files: any FileSystem) {
        for entry in self.entries { files.close(entry.file) }
        self.entries.removeAll()
    }

    private mutating func makeRoom(files: any FileSystem) {
        guard self.entries.count >= SegmentHandles.capacity else { return }
        var oldest: Int?
        for index in self.entries.indices where self.entries[index].number < self.pinnedFrom {
            if let known = oldest, self.entries[known].lastUse <= self.entries[index].lastUse { continue }
            oldest = index
        }
        guard let oldest else { return }
        files.close(self.entries[oldest].file)
        self.entries.remove(at: oldest)
    }
}
