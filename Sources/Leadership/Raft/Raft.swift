package import Causality
package import Platform

/// One member's part in agreeing on one order of entries under one leader.
///
/// Raft as Ongaro and Ousterhout describe it ("In Search of an Understandable Consensus Algorithm", extended version,
/// 2014; "the paper") and Ongaro's thesis extends it: pre-vote, check-quorum, leader lease and read index, transfer,
/// learners, one change of members at a time. Input and time go in, actions come out. The entries themselves stay
/// with the owner; this keeps terms, sizes and members.
///
/// Time is the member's own monotonic clock. An owner that answers reads under a lease MUST take the time it passes
/// *after* it has received the read: a process may be stopped for any time between two instructions.
///
/// Legal transitions:
/// - `follower → preCandidate` after silence; `→ candidate` when the leader hands over
/// - `preCandidate → candidate` when a majority would vote for it
/// - `candidate → leader` with the votes of a majority
/// - `preCandidate, candidate → follower` when a leader is heard, or a later term, or a majority refuses
/// - `leader → follower` on a later term, when no majority has been heard for the least silence, or when it is no
///   longer a voter
///
/// - Invariant: Nothing that depends on a ballot is sent before that is on disk. `commit` never goes back, and no
///   entry up to it is given up.
package struct Raft: Sendable {
    /// This member.
    package let peer: PeerID
    package let limits: RaftLimits
    /// The term and the vote, as they will be on disk when everything is written.
    package internal(set) var ballot: Ballot
    /// The log, as it will be on disk when everything is written.
    package internal(set) var outline: LogOutline
    /// Entries up to here are decided for good.
    package internal(set) var commit: UInt64
    package internal(set) var counters = RaftCounters()
    var role: RaftRole
    var writes: PendingWrites
    var timer: ElectionTimer
    /// When a leader was last heard. A member that starts may have promised a leader silence just before.
    package internal(set) var leaderHeardAt: Instant
    var claims = ClaimLedger()
    /// The log is damaged: this member neither votes nor says that it holds anything (DESIGN, section 4).
    package internal(set) var isAbstaining = false
    var actions: [RaftAction] = []
    /// Actions that wait for the ballot to be on disk.
    var held: [RaftAction] = []

    /// A member that starts with what its disk holds.
    ///
    /// - Parameter seed: What its waits are drawn from.
    package init(
        peer: PeerID, restoring log: RestoredLog, limits: RaftLimits = RaftLimits(), seed: UInt64, at now: Instant
    ) {
        precondition(log.commit >= log.outline.base.index && log.commit <= log.outline.last.index)
        self.peer = peer
        self.limits = limits
        self.ballot = log.ballot
        // An entry of a later term than the ballot's proves that this term has begun.
        if log.outline.last.term > log.ballot.term { self.ballot = Ballot(term: log.outline.last.term) }
        self.outline = log.outline
        self.commit = log.commit
        self.role = .follower(Following(leader: nil, verified: log.commit))
        self.writes = PendingWrites(ballot: self.ballot, index: log.outline.last.index)
        self.timer = ElectionTimer(limits: limits, seed: seed, at: now)
        self.leaderHeardAt = now
        if log.outline.electorate.voters == [peer] { self.timer.expire(at: now) }
    }

    /// What part this member plays.
    package var standing: RaftStanding {
        switch self.role {
        case .follower(let following): .follower(self.ballot.term, leader: following.leader)
        case .preCandidate: .preCandidate(self.ballot.term)
        case .candidate: .candidate(self.ballot.term)
        case .leader: .leader(self.ballot.term)
        }
    }

    /// Who leads, as far as this member knows.
    package var leader: PeerID? {
        switch self.role {
        case .follower(let following): following.leader
        case .preCandidate, .candidate: nil
        case .leader: self.peer
        }
    }

    /// Entries up to here are on this member's disk.
    package var durableIndex: UInt64 { self.writes.index }

    /// How far the other members are, by peer; empty unless this member leads.
    package var followers: [FollowerProgress] {
        switch self.role {
        case .leader(let leading): leading.followers
        case .follower, .preCandidate, .candidate: []
        }
    }

    /// When this member wants ``deadlineReached(at:)``; nil if it waits for others only.
    package var deadline: Instant? {
        switch self.role {
        case .follower, .preCandidate, .candidate:
            guard self.outline.electorate.isVoter(self.peer), !self.isAbstaining else { return nil }
            return self.timer.deadline
        case .leader(let leading):
            return min(leading.heartbeatDue, leading.transfer?.deadline ?? .distantFuture)
        }
    }

    /// The time asked for by ``deadline`` has come.
    package mutating func deadlineReached(at now: Instant) -> [RaftAction] {
        guard let deadline = self.deadline, deadline <= now else { return self.drain() }
        switch self.role {
        case .follower, .preCandidate, .candidate: self.campaign(at: now)
        case .leader: self.leaderTick(at: now)
        }
        return self.drain()
    }

    /// A member has said something.
    package mutating func receive(_ message: RaftMessage, from peer: PeerID, at now: Instant) -> [RaftAction] {
        guard peer != self.peer, self.isPossible(message) else {
            self.counters.impossibleMessages += 1
            return self.drain()
        }
        switch message {
        case .preVoteRequest(let request): self.receivePreVote(request, from: peer, at: now)
        case .preVoteAnswer(let answer): self.receivePreVote(answer, from: peer, at: now)
        case .voteRequest(let request): self.receiveVote(request, from: peer, at: now)
        case .voteAnswer(let answer): self.receiveVote(answer, from: peer, at: now)
        case .append(let request): self.receiveAppend(request, from: peer, at: now)
        case .appendAnswer(let answer): self.receiveAnswer(answer, from: peer, at: now)
        case .snapshot(let offer): self.receiveSnapshot(offer, from: peer, at: now)
        case .timeoutNow(let term): self.receiveTimeoutNow(term, from: peer, at: now)
        }
        return self.drain()
    }

    /// Everything up to the write of this number is on disk.
    package mutating func written(through number: UInt64, at now: Instant) -> [RaftAction] {
        guard self.writes.finished(through: number) else { return [] }
        if self.writes.ballot == self.ballot {
            self.actions += self.held
            self.held = []
        }
        switch self.role {
        case .follower(let following):
            if let leader = following.leader { self.answerMatched(leader, following) }
        case .preCandidate: break
        case .candidate(var tally, let isTransfer):
            guard self.writes.ballot == self.ballot else { break }
            tally.add(self.peer, isGranted: true)
            self.role = .candidate(tally, isTransfer: isTransfer)
            self.conclude(tally, at: now)
        case .leader: self.leaderAdvanced(at: now)
        }
        return self.drain()
    }

    /// A snapshot of this member's own stands for the entries up to `index`; those above what is committed stay.
    package mutating func compacted(through index: UInt64) {
        self.outline.compact(through: min(index, self.commit))
    }

    /// The log turned out to be damaged: this member neither votes nor leads nor says what it holds, until
    /// ``resume(at:)``.
    package mutating func abstain(at now: Instant) -> [RaftAction] {
        self.isAbstaining = true
        switch self.role {
        case .follower: break
        case .preCandidate, .candidate, .leader: self.stepDown(to: self.ballot.term, leader: nil, at: now)
        }
        return self.drain()
    }

    /// The log is whole again.
    package mutating func resume(at now: Instant) {
        self.isAbstaining = false
        self.timer.restart(at: now)
    }

    /// Asks the owner to do something once the present ballot is on disk.
    mutating func promise(_ action: RaftAction) {
        if self.writes.ballot == self.ballot {
            self.actions.append(action)
        } else {
            if self.held.count == self.limits.held { self.held.removeFirst() }
            self.held.append(action)
        }
    }

    /// Asks the owner to write the change, with the ballot if that has changed.
    mutating func write(_ change: LogWrite.Change, ballot: Ballot? = nil) {
        let number = self.writes.issue(ballot: ballot, last: self.outline.last.index)
        self.actions.append(.write(LogWrite(number: number, ballot: ballot, change: change)))
    }

    /// Moves to a term and a vote in it, and has them written.
    mutating func adopt(_ ballot: Ballot) {
        guard ballot != self.ballot else { return }
        self.ballot = ballot
        self.held = []
        self.write(.none, ballot: ballot)
    }

    /// Follows whoever leads the term, giving up what this member was.
    mutating func stepDown(to term: Term, voting vote: PeerID? = nil, leader: PeerID?, at now: Instant) {
        let before = self.standing
        if term > self.ballot.term { self.adopt(Ballot(term: term, vote: vote)) }
        switch self.role {
        case .follower, .preCandidate, .candidate: break
        case .leader(let leading): self.abandon(leading)
        }
        self.role = .follower(Following(leader: leader, verified: self.commit))
        self.timer.restart(at: now)
        if self.standing != before { self.actions.append(.becomes(self.standing)) }
    }

    /// Takes in that somebody leads, and reports it if another does too.
    mutating func note(_ leader: PeerID, in term: Term, tolerance: Delay, at now: Instant) {
        for evidence in self.claims.note(leader, in: term, tolerance: tolerance, at: now) {
            self.counters.splitBrains += 1
            self.actions.append(.splitBrain(evidence))
        }
    }

    mutating func drain() -> [RaftAction] {
        defer { self.actions = [] }
        return self.actions
    }
}
