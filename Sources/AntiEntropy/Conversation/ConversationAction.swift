package import Causality
package import Platform

extension Conversation {
    /// What the driver is asked to do.
    ///
    /// It MUST carry actions out in the order given, and those of a later input after all of an
    /// earlier one's; an input that answers an action joins the end of that queue.
    package enum Action: Hashable, Sendable {
        /// Send ``MessageFormat/preamble``.
        case sendPreamble
        case send(ConversationMessage)
        /// From now on the decoder may take frames of full length.
        case liftFrameLimit
        /// The other side is who it says. The owner updates its roster, and MAY answer with
        /// ``Conversation/refuse(_:at:)``.
        case learned(Greeting)
        /// Answer with ``Conversation/digestReady(_:at:)``: a digest of the synced state, after a sync.
        case openRound
        /// The other side's digest. The owner checks identities, and MAY answer with
        /// ``Conversation/refuse(_:at:)``; then nothing of this round's streams is joined.
        case learnedDigest(Digest)
        /// Begin to read what is live in the synced state and not in `context`, or everything live if
        /// it is a snapshot. Ends any stream begun before.
        case beginStream(missingFrom: CausalContext, snapshot: Bool)
        /// Answer with ``Conversation/batchReady(_:closing:at:)``: about so many bytes of the stream.
        case fetch(maximumBytes: Int)
        /// Apply the records, then answer with ``Conversation/ingested(byteCount:at:)``.
        case ingest(EncodedRecords)
        /// Join context and floor (and end the snapshot, if it is one) atomically; once that is
        /// durable answer with ``Conversation/joined(_:at:)``.
        case join(Closing)
        /// What the other side holds durably, now that it has joined this side's closing.
        case learnedContext(CausalContext)
        /// The other side has said something about who belongs to the cluster.
        case learnedMembership(MembershipMessage)
        /// The other side's leader mode has said something.
        case learnedLeadership([UInt8])
        /// Call ``Conversation/deadlineReached(at:)`` then. Replaces the deadline set before.
        case setDeadline(Instant)
        /// Send what is still to be sent, then close the connection. Nothing follows.
        case finish(ConversationOutcome)
    }
}
