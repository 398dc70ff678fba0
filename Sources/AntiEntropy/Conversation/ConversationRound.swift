import Causality

/// One exchange of digests, streams and closings, both ways at once.
struct ConversationRound: Sendable {
    /// What this side is doing about its stream.
    enum Outgoing: Sendable {
        /// One of the digests is not there yet.
        case waiting
        /// The owner has been asked for records.
        case fetching(snapshot: Bool)
        /// Too little credit is left to ask the owner.
        case starved(snapshot: Bool)
        /// These records wait for credit; the closing is there if they are the last.
        case blocked(EncodedRecords, Closing?)
        /// The closing has been sent; the other side must settle it.
        case closed
        case settled
    }

    /// What has become of the other side's stream.
    enum Incoming: Sendable {
        case streaming
        /// The closing is here, but the owner has not taken in all records before it.
        case closed(Closing)
        /// The owner has been asked to join the closing.
        case joining
        case settled
    }

    /// What of a digest the rest of the round goes by. A round is copied with each message, so it holds no more.
    struct Opening: Sendable {
        let context: CausalContext
        let floor: VersionVector

        init(_ digest: Digest) {
            self.context = digest.context
            self.floor = digest.floor
        }
    }

    /// From 1.
    let number: UInt64
    /// This side's digest, once the owner has prepared it.
    var mine: Opening?
    /// The other side's digest, once it has come.
    var theirs: Opening?
    /// This side has asked for a snapshot.
    var wantsSnapshot = false
    var outgoing = Outgoing.waiting
    var incoming = Incoming.streaming
    /// Records sent in this round.
    var recordsSent: UInt64 = 0
    /// Records received in this round.
    var recordsReceived: UInt64 = 0

    init(number: UInt64, theirs: Digest? = nil) {
        self.number = number
        self.theirs = theirs.map { Opening($0) }
    }

    /// Whether both streams are settled.
    var isSettled: Bool {
        switch (self.outgoing, self.incoming) {
        case (.settled, .settled): true
        case (.waiting, _), (.fetching, _), (.starved, _), (.blocked, _), (.closed, _), (_, .streaming),
            (_, .closed), (_, .joining):
            false
        }
    }

    /// Whether this side can do nothing more until the other says something.
    ///
    /// - Parameter ingesting: whether the owner is still taking records in, which keeps credit back.
    func awaitsPeer(ingesting: Bool) -> Bool {
        if self.theirs == nil { return self.mine != nil }
        switch self.outgoing {
        case .starved, .blocked, .closed: return true
        case .waiting, .fetching, .settled: break
        }
        switch self.incoming {
        case .streaming: return self.mine != nil && !ingesting
        case .closed, .joining, .settled: return false
        }
    }
}
