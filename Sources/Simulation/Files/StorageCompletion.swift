package import Platform

/// The end of a storage job.
package struct StorageCompletion: Sendable {
    /// The job's id, as its submitter chose it.
    package let id: UInt64
    /// How it ended.
    package let result: Result<Void, SystemCallError>

    /// The same as the event that a node gets.
    package var event: Event { .stored(self.id, self.result) }
}
