/// What one step of a collection has come to.
package struct CollectionStep: Sendable {
    /// Tombstones that were collected.
    package internal(set) var collected = 0
    /// Tombstones that were looked at and kept.
    package internal(set) var kept = 0
    /// Bytes of the log that those kept take.
    package internal(set) var keptBytes: UInt64 = 0
    /// The slot number to go on with; nil at the end of the index.
    package internal(set) var next: UInt32?
}
