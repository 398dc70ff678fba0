import ByteCoding
import Causality
import DataModel
import Journal
import Leadership
import Platform

/// Whether this node is in leader mode, and everything it does there.
///
/// Founded by one node with the promise of a majority (``Founding``), it grows by taking in whoever is known and
/// answers: by a conversation, which brings a node to the leader's state, and then by a change of members. It ends by
/// an entry that says so. Conversations go on beside it: what they bring was decided before, or was written by a node
/// that was not in leader mode yet, and becomes siblings.
///
/// Legal transitions:
/// - `leaderless → asking` when a person or the configuration asks for it; `→ promised` when another does
/// - `asking → member` with the promise of a majority; `→ leaderless` without
/// - `promised → member` when the founder, or any leader, sends entries; `→ leaderless` when the promise ends
/// - `leaderless → member` when a leader sends entries
/// - `member → leaderless` when the end is decided and applied, or when a majority of the voters is there no more
final class LeaderMode {
    enum Phase {
        case leaderless
        case asking(Founding)
        case promised(FoundingPromise)
        case member(LeadershipMember)
    }

    /// A letter to be sent.
    struct Post {
        let peer: PeerID
        let bytes: [UInt8]
    }

    let journal: RecordJournal
    let limits: RaftLimits
    let acknowledgement: Acknowledgement
    let random: () -> UInt64
    var phase: Phase
    var tickets = TicketQueue()
    var posts: [Post] = []
    var events: [LeaderModeEvent] = []
    /// Members that say they are not in this era.
    var absent: [PeerID] = []
    /// Voters that have left for good: they have other peer IDs, or were forgotten.
    var departed: [PeerID] = []
    /// Records that were given up with entries, until they are in the store.
    var revival: [[UInt8]] = []
    /// When they are sent to the leader again.
    var nextRevival = Instant(nanoseconds: 0)
    /// When members are looked after again.
    var nextReform = Instant(nanoseconds: 0)
    /// Members that are to be told that they have a snapshot once they hold this.
    var offers: [(peer: PeerID, offer: SnapshotOffer, context: CausalContext)] = []
    /// When members that lack a snapshot are talked to again.
    var nextConverse = Instant(nanoseconds: 0)
    /// When it is looked at again what members hold.
    var nextHoldings = Instant(nanoseconds: 0)
    /// When a leader that has applied the end leaves, whoever has not heard of it.
    var endDue: Instant?
    /// When leaving is tried again.
    var leaving: Instant?
    /// The latest era whose end was applied here: who has not heard of it does not bring this node back into it.
    private(set) var ended: UInt64?
    /// Nodes that are known, this one among them.
    var knownCount = 1
    /// A read that asks a majority, and the turn in which it began; nil if none is under way.
    var confirming: (id: UInt64, turn: UInt64)?
    /// Reads that came in this turn or before are confirmed.
    var confirmedTurn: UInt64 = 0
    /// What was applied or changed when waiting requests were last asked again.
    var stirredAt: (index: UInt64, turn: UInt64) = (0, 0)
    /// Whether requests that wait should be asked again.
    var hasStirred = false
    var hasReportedFailure = false
    private var nextRead: UInt64 = 1

    /// How long a promise to a founder binds.
    static let promise = Delay.seconds(3)
    /// How long a founder waits for answers.
    static let asking = Delay.milliseconds(1_500)
    /// How long a node without a vote waits to hear from a leader.
    static let silence = Delay.seconds(5)
    /// How often members are looked after.
    static let reform = Delay.milliseconds(50)

    /// Why what the log holds of leader mode makes no sense; then this node takes no part in anything.
    private(set) var failure: JournalError?

    /// Takes up what the log holds of leader mode.
    init(
        journal: RecordJournal, limits: RaftLimits, acknowledgement: Acknowledgement, random: @escaping () -> UInt64,
        now: Instant
    ) {
        self.journal = journal
        self.limits = limits
        self.acknowledgement = acknowledgement
        self.random = random
        self.phase = .leaderless
        self.revival = journal.takeOrphanedFrames().flatMap { StoredEntries.records(of: $0) }
        guard journal.hasLeadershipFrames else { return }
        do throws(JournalError) {
            if let member = try LeadershipMember(restoring: journal, limits: limits, seed: random(), at: now) {
                self.phase = .member(member)
            }
        } catch {
            self.failure = error
        }
    }

    /// The part in leader mode; nil while there is none.
    var member: LeadershipMember? {
        if case .member(let member) = self.phase { return member }
        return nil
    }

    /// Whether writes are taken as in leaderless mode.
    var isLeaderless: Bool {
        if case .leaderless = self.phase { return true }
        return false
    }

    /// Whether something must reach the disk whatever the durability.
    var wantsSync: Bool {
        switch self.phase {
        case .leaderless, .promised: false
        case .asking, .member: self.journal.appendedLSN > self.journal.syncedLSN
        }
    }

    /// Whether this node leads.
    var isLeading: Bool {
        guard let member, case .leader = member.raft.standing else { return false }
        return true
    }

    /// Whether fewer than most of the known nodes have a vote: then nothing may be promised, for another era could be
    /// founded by the rest.
    var isGrowing: Bool {
        guard let member else { return false }
        return member.raft.outline.electorate.voters.count * 2 <= self.knownCount
    }

    /// When ``advance(_:at:)`` is due even if nothing happens.
    var deadline: Instant {
        switch self.phase {
        case .leaderless: self.revival.isEmpty ? .distantFuture : self.nextRevival
        case .asking(let founding):
            founding.outcome(at: founding.deadline) == .founded && self.journal.syncedLSN < self.journal.appendedLSN
                ? .distantFuture : founding.deadline
        case .promised(let promise): promise.until
        case .member(let member):
            min(
                min(min(member.deadline, self.leaving ?? .distantFuture), self.silenceDue(of: member)),
                self.isLeading || member.raft.leader == nil || !self.revival.isEmpty
                    ? self.nextReform : .distantFuture)
        }
    }

    /// When a node without a vote looks whether it should leave.
    private func silenceDue(of member: LeadershipMember) -> Instant {
        guard !member.raft.outline.electorate.isVoter(self.journal.identity.peer) else { return .distantFuture }
        return max(member.raft.leaderHeardAt + LeaderMode.silence, self.leaving ?? Instant(nanoseconds: 0))
    }

    /// Hands over the letters to be sent.
    func takePosts() -> [Post] {
        defer { self.posts = [] }
        return self.posts
    }

    /// Hands over what is to be told.
    func takeEvents() -> [LeaderModeEvent] {
        defer { self.events = [] }
        return self.events
    }

    func post(_ letter: LeadershipLetter, era: UInt64, to peer: PeerID) {
        self.posts.append(Post(peer: peer, bytes: letter.encoded(era: era)))
    }

    func post(_ message: RaftMessage, of member: LeadershipMember, to peer: PeerID) {
        let voters = member.raft.outline.electorate.voters.count
        self.post(.raft(message, voters: voters), era: member.era, to: peer)
    }

    func makeReadID() -> UInt64 {
        defer { self.nextRead += 1 }
        return self.nextRead
    }

    /// Becomes a member of an era.
    func enter(_ member: LeadershipMember) {
        self.phase = .member(member)
        self.absent = []
        self.departed = []
        self.offers = []
        self.leaving = nil
        self.endDue = nil
        self.confirming = nil
        self.events.append(.entered(era: member.era))
    }

    /// Leaves leader mode. What it has not applied is written as before, with the dots it has: it may have been
    /// decided, and this may be the last copy (leader seed 83001663).
    func leave(_ member: LeadershipMember, reason: String, at now: Instant) throws(JournalError) {
        let unapplied = member.unapplied
        guard try member.end() else {
            self.leaving = now + .milliseconds(20)
            return
        }
        if member.hasEnded { self.ended = member.era }
        self.revival += unapplied
        self.tickets.fail()
        self.phase = .leaderless
        self.hasStirred = true
        self.events.append(.left(reason: reason))
    }
}
