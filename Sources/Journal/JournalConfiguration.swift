/// What a journal is told when it is opened.
package struct JournalConfiguration: Sendable {
    /// The cluster the directory belongs to: 1 to 255 bytes without control characters.
    package var cluster: String
    /// The program and version that would create the directory, for people who look into it.
    package var createdBy: String
    /// Written into the lock file, so that the holder can be named.
    package var processID: UInt64
    /// Whether the directory can prove, after a process that ended without closing it, that no write was
    /// lost that others may know by its name. MUST be false where writes are told of before they are
    /// durable: then such an end costs the peer ID, and the next process mints another.
    package var keepsProof = true
    /// Bytes in a segment; one that must hold a larger group is made larger.
    package var segmentLength: Int
    /// The most bytes read at once while a tail is streamed.
    package var readAhead: Int
    /// The most bytes of the log's end that are kept in memory, to be read without asking the system. They are taken
    /// as they are needed.
    package var recentLength = 0
    /// Whether there are peers from whom a log can be healed that is found damaged below what had been synced. Where
    /// there are none it is not opened.
    package var healsDamage = false
    package var compaction = CompactionLimits()
    package var snapshots = SnapshotLimits()

    package init(
        cluster: String, createdBy: String = "starling", processID: UInt64 = 0, segmentLength: Int = 16 * 1024 * 1024,
        readAhead: Int = 256 * 1024
    ) {
        self.cluster = cluster
        self.createdBy = createdBy
        self.processID = processID
        self.segmentLength = segmentLength
        self.readAhead = readAhead
    }

    func validate() throws(JournalError) {
        guard (1...255).contains(self.cluster.utf8.count), self.cluster.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { throw .invalidConfiguration("a cluster name has 1 to 255 bytes and no control characters") }
        guard self.createdBy.utf8.count <= 255, self.createdBy.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { throw .invalidConfiguration("a program's name has at most 255 bytes and no control characters") }
        guard (LogFormat.segmentLengthMinimum...(1 << 30)).contains(self.segmentLength) else {
            throw .invalidConfiguration("a segment has 1 KiB to 1 GiB")
        }
        guard (512...(1 << 26)).contains(self.readAhead) else {
            throw .invalidConfiguration("reading ahead takes 512 bytes to 64 MiB")
        }
        guard (0...(1 << 30)).contains(self.recentLength) else {
            throw .invalidConfiguration("at most 1 GiB of the log is kept in memory")
        }
        try self.compaction.validate()
        try self.snapshots.validate()
    }
}
