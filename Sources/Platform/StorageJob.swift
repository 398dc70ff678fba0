/// Storage work done off the node's thread; the answer comes as ``Event/stored(_:_:)``.
package struct StorageJob: Sendable {
    /// Jobs of one lane run one after another; the lanes run side by side.
    package enum Lane: Hashable, Sendable {
        /// Appends and their syncs: waiters are behind it.
        case commit
        /// Preparing segments and other work nobody waits for.
        case background
    }

    /// One step. The first that fails ends the job, and its error is the job's.
    package enum Step: Sendable {
        case write(FileID, offset: UInt64, bytes: [UInt8])
        case sync(FileID)
        /// Creates a file of `size` zero bytes, written out and synced; replaces what was there.
        case prepare(path: String, size: UInt64)
        case rename(String, to: String)
        case remove(String)
        case syncDirectory(String)
        case close(FileID)
    }

    /// Chosen by the submitter; unique among its jobs under way.
    package var id: UInt64
    package var lane: Lane
    package var steps: [Step]

    package init(id: UInt64, lane: Lane, steps: [Step]) {
        self.id = id
        self.lane = lane
        self.steps = steps
    }
}
