/// How large the pieces are in which segments are compacted, so that none of them holds up a turn.
package struct CompactionLimits: Hashable, Sendable {
    /// Bytes looked at in one turn at least; more if writers are faster than that.
    package var copyLeast = 64 * 1024
    /// Bytes looked at in one turn at the most, unless one frame is longer.
    package var copyMost = 1024 * 1024
    /// Bytes handed to the disk at once, and synced.
    package var writeLength = 256 * 1024
    /// Bytes copied and not handed to the disk beyond which no more are copied.
    package var pendingLength = 1024 * 1024
    /// Records whose new places the index is told of in one turn.
    package var moves = 2048

    package init() {}

    func validate() throws(JournalError) {
        guard self.copyLeast > 0, self.copyMost >= self.copyLeast, self.writeLength > 0,
            self.pendingLength >= self.writeLength, self.moves > 0
        else { throw .invalidConfiguration("a compaction needs pieces of at least one byte and one record") }
    }
}
