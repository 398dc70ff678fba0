import AntiEntropy
import Causality
import Journal
import Membership
import Platform

/// One connection to a peer and the conversation on it, from this node's side.
///
/// A class, since every turn asks something of every link: what is asked of a large value in a list is
/// answered by a copy of all of it.
final class PeerLink {
    let id: LinkID
    /// Whom the schedule was asked to talk to; nil for a link that was accepted.
    var dialled: Member.ID?
    /// Where it leads, or where it came from.
    let address: NetworkAddress
    var conversation: Conversation
    var decoder: FrameDecoder
    /// Which member it is, once its greeting was accepted.
    var member: Member.ID?
    var isConnected: Bool
    let openedAt: Instant
    /// Why the connection broke, in the words of the system; nil if it did not.
    var failure: String?
    /// When the conversation wants to be called.
    var deadline: Instant?

    /// Whether the other side was told of this node's other peers.
    var hasAnnounced = false
    /// What this round's digest claimed.
    var claimed = CausalContext()
    /// The stream to the other side.
    var cursor: TailCursor?
    /// Bytes that the conversation waits for.
    var wantedBytes: Int?
    /// Bytes on this link that have not left.
    var unsentLength = 0

    /// The position that must be synced before the digest that was asked for is made.
    var digestAt: UInt64?
    /// Records that wait for room in the log.
    var arrivals: [Arrival] = []
    /// Whether records have been applied that other peers have not been told of.
    var hasBroughtNews = false
    /// A closing that waits for room in the log.
    var arrivedClosing: Closing?
    /// The dots that a snapshot has brought so far.
    var streamed = CausalContext()
    /// How far a snapshot has come that is being sent to the other side.
    var sending: SnapshotProgress?
    /// How far one has come that is being taken in.
    var receiving: SnapshotProgress?
    /// Whether what was joined last ended a snapshot.
    var hasJoinedSnapshot = false
    /// The position that must be synced before the other side is told that its closing is durable.
    var joinedAt: UInt64?
    /// What that closing claimed.
    var joinedContext = CausalContext()

    init(
        id: LinkID, dialled: Member.ID?, address: NetworkAddress, conversation: Conversation, isConnected: Bool,
        openedAt: Instant
    ) {
        self.id = id
        self.dialled = dialled
        self.address = address
        self.decoder = FrameDecoder(expectsPreamble: conversation.role == .acceptor)
        self.conversation = conversation
        self.isConnected = isConnected
        self.openedAt = openedAt
    }

    /// Whether records or a closing wait for room in the log.
    var hasArrivals: Bool {
        !self.arrivals.isEmpty || self.arrivedClosing != nil
    }

    /// Whether it waits for something of this node's that may have come, or for a time that has. The log has
    /// been synced up to `lsn`; `.max` if it never will be any further.
    func isDue(at now: Instant, syncedThrough lsn: UInt64, connectTimeout: Delay) -> Bool {
        guard self.isConnected else { return self.openedAt + connectTimeout <= now }
        if let deadline = self.deadline, deadline <= now { return true }
        if let position = self.digestAt, position <= lsn { return true }
        if let position = self.joinedAt, position <= lsn { return true }
        return self.wantedBytes != nil || self.hasArrivals
    }
}
