/// Frames that a recovery has replayed, by what they are.
package struct FrameCounts: Hashable, Sendable {
    /// Records, live or not.
    package var records: UInt64 = 0
    /// Groups that count only together.
    package var batches: UInt64 = 0
    /// Dots learned of at the end of a conversation.
    package var joins: UInt64 = 0
    /// Dots that left the live set without a successor.
    package var gone: UInt64 = 0
    /// Sequences below which tombstones may have been collected.
    package var floors: UInt64 = 0
    /// What leader mode wrote.
    package var leadership: UInt64 = 0
}
