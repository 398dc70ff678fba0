package import Causality

/// The end of one side's stream: what the receiver may claim once it holds what was streamed.
package struct Closing: Hashable, Sendable {
    /// The sender's synced context, of which every live record was sent or was known to the receiver.
    package var context: CausalContext
    /// The tombstones that the sender has collected; of a tail the receiver has seen them all.
    package var floor: VersionVector
    /// The sender's own last write.
    package var lastOwn: LastOwnRecord
    /// Whether what was not streamed is to be dropped. The conversation fills it in.
    package var isSnapshot: Bool
    /// How many records the stream had. The conversation fills it in.
    package var recordCount: UInt64

    package init(
        context: CausalContext, floor: VersionVector, lastOwn: LastOwnRecord, isSnapshot: Bool = false,
        recordCount: UInt64 = 0
    ) {
        self.context = context
        self.floor = floor
        self.lastOwn = lastOwn
        self.isSnapshot = isSnapshot
        self.recordCount = recordCount
    }
}
