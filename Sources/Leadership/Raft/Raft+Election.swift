import Causality
import Platform

// Pre-votes, votes and what comes of them. Paper, sections 5.2 and 5.4.1; thesis, sections 4.2.3, 9.6.
extension Raft {
    /// The term that a candidacy of this member would be for.
    private var nextTerm: Term { self.ballot.term.next }

    /// Asks whether a majority would vote for this member.
    mutating func campaign(at now: Instant) {
        self.timer.restart(at: now)
        guard self.outline.electorate.isVoter(self.peer), !self.isAbstaining, self.ballot.term < .maximum else {
            return
        }
        var tally = Tally()
        tally.add(self.peer, isGranted: true)
        self.role = .preCandidate(tally)
        self.actions.append(.becomes(self.standing))
        self.askVoters(.preVoteRequest(VoteRequest(term: self.nextTerm, last: self.outline.last)))
        self.conclude(tally, at: now)
    }

    /// Votes for itself in a new term, and asks the others to.
    private mutating func stand(isTransfer: Bool, at now: Instant) {
        self.timer.restart(at: now)
        self.counters.candidacies += 1
        self.adopt(Ballot(term: self.nextTerm, vote: self.peer))
        self.role = .candidate(Tally(), isTransfer: isTransfer)
        self.actions.append(.becomes(self.standing))
        let request = VoteRequest(term: self.ballot.term, last: self.outline.last, isTransfer: isTransfer)
        self.askVoters(.voteRequest(request))
    }

    private mutating func askVoters(_ message: RaftMessage) {
        for voter in self.outline.electorate.voters where voter != self.peer {
            self.promise(.send(message, to: voter))
        }
    }

    /// Goes on if the votes decide it.
    mutating func conclude(_ tally: Tally, at now: Instant) {
        guard let isWon = tally.isWon(among: self.outline.electorate) else { return }
        switch self.role {
        case .preCandidate:
            if isWon {
                self.stand(isTransfer: false, at: now)
            } else {
                self.stepDown(to: self.ballot.term, leader: nil, at: now)
            }
        case .candidate:
            if isWon { self.beginLeading(at: now) } else { self.stepDown(to: self.ballot.term, leader: nil, at: now) }
        case .follower, .leader: break
        }
    }

    /// Whether a leader was heard so lately that nobody is to be voted for: a leader relies on that for its lease,
    /// and a member that was cut off disturbs nobody (thesis, section 4.2.3).
    private func hearsLeader(at now: Instant) -> Bool {
        switch self.role {
        case .leader: true
        case .follower, .preCandidate, .candidate: now < self.leaderHeardAt + self.limits.election
        }
    }

    mutating func receivePreVote(_ request: VoteRequest, from peer: PeerID, at now: Instant) {
        let isGranted =
            request.term > self.ballot.term && request.last >= self.outline.last && !self.hearsLeader(at: now)
            && !self.isAbstaining && !self.isAhead(of: peer, request)
        if !isGranted { self.counters.refusedVotes += 1 }
        let answer = VoteAnswer(term: self.ballot.term, requested: request.term, isGranted: isGranted)
        self.promise(.send(.preVoteAnswer(answer), to: peer))
    }

    /// Whether this member asks for the same as `peer` and goes first: of equally complete logs, the lower peer ID's.
    private func isAhead(of peer: PeerID, _ request: VoteRequest) -> Bool {
        switch self.role {
        case .preCandidate: request.last == self.outline.last && self.peer < peer
        case .follower, .candidate, .leader: false
        }
    }

    mutating func receivePreVote(_ answer: VoteAnswer, from peer: PeerID, at now: Instant) {
        switch self.role {
        case .preCandidate(var tally):
            guard answer.requested == self.nextTerm else { return self.countUnasked() }
            if answer.term > self.ballot.term, !answer.isGranted {
                return self.stepDown(to: answer.term, leader: nil, at: now)
            }
            tally.add(peer, isGranted: answer.isGranted)
            self.role = .preCandidate(tally)
            self.conclude(tally, at: now)
        case .follower, .candidate, .leader:
            self.countUnasked()
        }
    }

    mutating func receiveVote(_ request: VoteRequest, from peer: PeerID, at now: Instant) {
        if !request.isTransfer, self.hearsLeader(at: now) {
            return self.refuseVote(request, to: peer)
        }
        let isComplete = request.last >= self.outline.last && !self.isAbstaining
        if request.term > self.ballot.term {
            self.stepDown(to: request.term, voting: isComplete ? peer : nil, leader: nil, at: now)
        }
        let isFree = self.ballot.vote == nil || self.ballot.vote == peer
        guard request.term == self.ballot.term, isFree, isComplete else {
            return self.refuseVote(request, to: peer)
        }
        self.adopt(Ballot(term: request.term, vote: peer))
        self.timer.restart(at: now)
        let answer = VoteAnswer(term: self.ballot.term, requested: request.term, isGranted: true)
        self.promise(.send(.voteAnswer(answer), to: peer))
    }

    private mutating func refuseVote(_ request: VoteRequest, to peer: PeerID) {
        self.counters.refusedVotes += 1
        let answer = VoteAnswer(term: self.ballot.term, requested: request.term, isGranted: false)
        self.promise(.send(.voteAnswer(answer), to: peer))
    }

    mutating func receiveVote(_ answer: VoteAnswer, from peer: PeerID, at now: Instant) {
        if answer.term > self.ballot.term { return self.stepDown(to: answer.term, leader: nil, at: now) }
        switch self.role {
        case .candidate(var tally, let isTransfer):
            guard answer.requested == self.ballot.term, self.writes.ballot == self.ballot else {
                return self.countUnasked()
            }
            tally.add(peer, isGranted: answer.isGranted)
            self.role = .candidate(tally, isTransfer: isTransfer)
            self.conclude(tally, at: now)
        case .follower, .preCandidate, .leader:
            self.countUnasked()
        }
    }

    mutating func receiveTimeoutNow(_ term: Term, from peer: PeerID, at now: Instant) {
        switch self.role {
        case .follower(let following):
            guard term == self.ballot.term, following.leader == peer else { return self.countUnasked() }
            guard self.outline.electorate.isVoter(self.peer), !self.isAbstaining, term < .maximum else { return }
            self.stand(isTransfer: true, at: now)
        case .preCandidate, .candidate, .leader:
            self.countUnasked()
        }
    }

    mutating func countUnasked() {
        self.counters.unaskedAnswers += 1
    }
}
