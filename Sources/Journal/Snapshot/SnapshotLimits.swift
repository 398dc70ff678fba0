/// When index snapshots are written, and in what pieces.
package struct SnapshotLimits: Hashable, Sendable {
    /// Bytes that the log grows by, or that compactions write, before the next one is due; more while half of what
    /// is live is more.
    package var every = 64 * 1024 * 1024
    /// The same at an orderly end.
    package var atEnd = 1024 * 1024
    /// Keys visited in one turn.
    package var keys = 1024

    package init() {}

    func validate() throws(JournalError) {
        guard self.every > 0, self.atEnd > 0, self.keys > 0 else {
            throw .invalidConfiguration(
                "an index snapshot is due after at least a byte, and takes at least a key at once")
        }
    }
}
