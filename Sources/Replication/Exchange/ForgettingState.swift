import AntiEntropy
import Causality
import Membership
import Platform

/// What an exchange keeps of the forgetting of peers: an attempt of its own, what it owes to others' attempts,
/// and what is still to be done about peers that were forgotten.
struct ForgettingState {
    /// A report that is owed, and until when the log and the roster must be durable first.
    struct Owed {
        let attempt: UInt64
        let coordinator: PeerID
        let subjects: [PeerID]
        let lsn: UInt64
        let rosterNumber: UInt64
    }

    /// Something to say to a peer as soon as there is a link to it.
    struct Message {
        let peer: PeerID
        let message: MembershipMessage
        let until: Instant
    }

    /// The attempt that this node makes, and whom to tell how it went.
    var attempt: (decider: Forgetting, completion: (Result<[PeerID], ForgettingFailure>) -> Void)?
    /// The attempt has been decided: it counts once the roster with this number is durable.
    var decided: (peers: [PeerID], rosterNumber: UInt64)?
    /// At most ``ForgettingState/maximumOwed``.
    var owed: [Owed] = []
    /// At most ``ForgettingState/maximumMessages``.
    var outbox: [Message] = []
    /// Void writes that have not been joined yet.
    var voids = CausalContext()
    /// When to ask next what has become of others' attempts.
    var nextQuery: Instant?

    /// Whether nothing is going on, which is so in almost every turn.
    var isIdle: Bool {
        self.attempt == nil && self.decided == nil && self.owed.isEmpty && self.outbox.isEmpty && self.voids.isEmpty
            && self.nextQuery == nil
    }

    static let maximumOwed = 64
    static let maximumMessages = 256
    /// What could not be said for so long is not said any more.
    static let patience = Delay.seconds(10)
    /// How often to ask after attempts that were not ended.
    static let queryPause = Delay.seconds(10)
}
