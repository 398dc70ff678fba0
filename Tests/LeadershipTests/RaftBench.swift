import Causality
import Leadership
import Platform

/// One decider on a bench: what it asks for is noted, writes end at once unless held back.
struct RaftBench {
    static let start = Instant(nanoseconds: 1_000_000_000)

    private(set) var raft: Raft
    var now = Self.start
    /// Whether writes stay on their way.
    var holdsWrites = false
    private(set) var written: UInt64 = 0
    private var finished: UInt64 = 0
    /// All that was asked for since it was last taken.
    private(set) var actions: [RaftAction] = []

    /// Member 1 of so many voters, with a log whose entries have these terms.
    init(voters: Int = 3, terms: [UInt64] = [], ballot: Ballot = Ballot(), commit: UInt64 = 0) {
        let electorate = Electorate(voters: (1...UInt64(voters)).map(PeerID.init(rawValue:))) ?? .empty
        var outline = LogOutline(electorate: electorate)
        for (place, term) in terms.enumerated() { outline.append(Self.entry(UInt64(place) + 1, term)) }
        let log = RestoredLog(ballot: ballot, outline: outline, commit: commit)
        self.raft = Raft(peer: PeerID(rawValue: 1), restoring: log, seed: 7, at: self.now)
    }

    static func peer(_ number: UInt64) -> PeerID { PeerID(rawValue: number) }

    static func entry(_ index: UInt64, _ term: UInt64, _ text: String = "") -> LeadershipEntry {
        LeadershipEntry(position: Self.position(index, term), content: .payload(Array(text.utf8)))
    }

    static func position(_ index: UInt64, _ term: UInt64) -> LogPosition {
        LogPosition(index: index, term: Term(rawValue: term))
    }

    mutating func take() -> [RaftAction] {
        defer { self.actions = [] }
        return self.actions
    }

    /// Takes the messages for one member.
    mutating func takeMessages(to peer: UInt64) -> [RaftMessage] {
        self.take().compactMap { action in
            switch action {
            case .send(let message, to: Self.peer(peer)): message
            case .sendEntries(let request, _, to: Self.peer(peer)): .append(request)
            default: nil
            }
        }
    }

    mutating func receive(_ message: RaftMessage, from peer: UInt64) {
        let now = self.now
        self.carryOut { $0.receive(message, from: Self.peer(peer), at: now) }
    }

    /// An append of so many entries, all of the leader's term.
    mutating func append(
        term: UInt64, after previous: LogPosition, _ entries: [LeadershipEntry] = [], commit: UInt64 = 0,
        round: UInt64 = 1, from peer: UInt64
    ) {
        let request = AppendRequest(
            term: Term(rawValue: term), round: round, previous: previous, entries: entries, commit: commit)
        self.receive(.append(request), from: peer)
    }

    mutating func matched(_ index: UInt64, round: UInt64 = 1, from peer: UInt64) {
        let answer = AppendAnswer(term: self.raft.ballot.term, round: round, outcome: .matched(index))
        self.receive(.appendAnswer(answer), from: peer)
    }

    mutating func advance(_ delay: Delay) {
        self.now = self.now + delay
        let now = self.now
        self.carryOut { $0.deadlineReached(at: now) }
    }

    /// Lets its own silence last long enough.
    mutating func timeOut() {
        self.advance(.milliseconds(400))
    }

    mutating func releaseWrites() {
        self.holdsWrites = false
        self.carryOut { _ in [] }
    }

    /// Makes it the leader, with the votes of everybody.
    mutating func win() {
        self.timeOut()
        let asked = self.raft.ballot.term.next
        for voter in self.raft.outline.electorate.voters where voter != self.raft.peer {
            let answer = VoteAnswer(term: self.raft.ballot.term, requested: asked, isGranted: true)
            self.receive(.preVoteAnswer(answer), from: voter.rawValue)
            self.receive(.voteAnswer(answer), from: voter.rawValue)
        }
    }

    mutating func propose(
        _ text: String, id: UInt64, _ acknowledgement: Acknowledgement = .majority
    ) throws(ProposalRefusal) {
        let now = self.now
        var raft = self.raft
        let actions = try raft.propose(Array(text.utf8), id: id, acknowledgement: acknowledgement, at: now).actions
        self.raft = raft
        self.carryOut { _ in actions }
    }

    mutating func read(_ id: UInt64) throws(ProposalRefusal) {
        var raft = self.raft
        let actions = try raft.read(id, at: self.now)
        self.raft = raft
        self.carryOut { _ in actions }
    }

    mutating func change(_ change: ElectorateChange, id: UInt64) throws(ProposalRefusal) {
        var raft = self.raft
        let actions = try raft.change(change, id: id, at: self.now)
        self.raft = raft
        self.carryOut { _ in actions }
    }

    mutating func transfer(to peer: UInt64) throws(ProposalRefusal) {
        var raft = self.raft
        let actions = try raft.transfer(to: Self.peer(peer), at: self.now)
        self.raft = raft
        self.carryOut { _ in actions }
    }

    mutating func carryOut(_ input: (inout Raft) -> [RaftAction]) {
        var actions = input(&self.raft)
        while true {
            self.actions += actions
            for action in actions {
                if case .write(let write) = action { self.written = write.number }
            }
            guard !self.holdsWrites, self.finished < self.written else { return }
            self.finished = self.written
            actions = self.raft.written(through: self.written, at: self.now)
        }
    }
}
