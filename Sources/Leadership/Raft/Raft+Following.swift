import Causality
import Platform

// Taking in entries and snapshots. Paper, sections 5.3 and 7.
extension Raft {
    /// Whether anybody who keeps the rules could have sent this. What is impossible has no effect at all.
    func isPossible(_ message: RaftMessage) -> Bool {
        switch message {
        case .preVoteRequest(let request), .voteRequest(let request):
            return request.term > .zero && request.term <= .maximum && request.last.term < request.term
        case .preVoteAnswer(let answer), .voteAnswer(let answer):
            return answer.term <= .maximum && answer.requested <= .maximum
                && (!answer.isGranted || answer.term <= answer.requested)
        case .append(let request):
            guard request.term > .zero, request.term <= .maximum else { return false }
            return Self.isContiguous(request)
        case .appendAnswer(let answer):
            return answer.term <= .maximum
        case .snapshot(let offer):
            return offer.term <= .maximum && offer.header.position.term <= offer.term
                && offer.header.position.index > 0 && !offer.header.electorate.voters.isEmpty
        case .timeoutNow(let term):
            return term <= .maximum
        }
    }

    /// Whether indices follow each other and terms do not go back, from what stands in front to the leader's own.
    private static func isContiguous(_ request: AppendRequest) -> Bool {
        var before = request.previous
        guard before.index < 1 << 62, (before.index == 0) == (before.term == .zero) else { return false }
        for entry in request.entries {
            guard entry.position.index == before.index + 1, entry.position.term >= before.term,
                entry.position.term > .zero
            else { return false }
            before = entry.position
        }
        return before.term <= request.term
    }

    mutating func receiveAppend(_ request: AppendRequest, from peer: PeerID, at now: Instant) {
        guard var following = self.follow(peer, in: request.term, round: request.round, at: now) else { return }
        guard self.agreesWithCommitted(request) else {
            self.counters.impossibleMessages += 1
            return
        }
        let last = self.writes.latest
        let outcome = self.take(request, &following)
        following.round = max(following.round, request.round)
        self.role = .follower(following)
        // What was written is answered when it is on disk: an answer before would tell nothing.
        guard !self.isAbstaining, self.writes.latest == last else { return }
        let answer = AppendAnswer(term: self.ballot.term, round: following.round, outcome: outcome)
        self.promise(.send(.appendAnswer(answer), to: peer))
    }

    /// Follows the sender as the leader of its term, unless that is over or another's. Returns what is known of it.
    private mutating func follow(
        _ peer: PeerID, in term: Term, round: UInt64, at now: Instant
    ) -> Following? {
        if term < self.ballot.term {
            self.fence(peer, in: term, round: round, at: now)
            return nil
        }
        switch self.role {
        case .leader where term == self.ballot.term:
            self.refuseSecondLeader(peer, in: term, at: now)
            return nil
        case .follower(let following) where term == self.ballot.term && following.leader != nil:
            guard following.leader == peer else {
                self.refuseSecondLeader(peer, in: term, at: now)
                return nil
            }
        case .leader:
            // Both act as leader at this moment: here is the evidence.
            self.note(self.peer, in: self.ballot.term, tolerance: .zero, at: now)
            self.note(peer, in: term, tolerance: .zero, at: now)
            self.stepDown(to: term, leader: peer, at: now)
        case .follower, .preCandidate, .candidate:
            self.stepDown(to: term, leader: peer, at: now)
        }
        self.note(peer, in: term, tolerance: self.limits.heartbeat, at: now)
        self.leaderHeardAt = now
        self.timer.restart(at: now)
        switch self.role {
        case .follower(let following): return following
        // It was made a follower above.
        case .preCandidate, .candidate, .leader: return nil
        }
    }

    /// Two leaders in one term: somebody has broken the rules. Nothing is taken from the second.
    private mutating func refuseSecondLeader(_ peer: PeerID, in term: Term, at now: Instant) {
        self.counters.impossibleMessages += 1
        if let leader = self.leader { self.note(leader, in: term, tolerance: .zero, at: now) }
        self.note(peer, in: term, tolerance: .zero, at: now)
    }

    /// Tells a leader that its term is over.
    private mutating func fence(_ peer: PeerID, in term: Term, round: UInt64, at now: Instant) {
        self.counters.staleMessages += 1
        if self.leader == self.peer { self.note(self.peer, in: self.ballot.term, tolerance: .zero, at: now) }
        self.note(peer, in: term, tolerance: self.limits.heartbeat, at: now)
        let answer = AppendAnswer(term: self.ballot.term, round: round, outcome: .fenced(self.leader))
        self.promise(.send(.appendAnswer(answer), to: peer))
    }

    /// Whether the request says of committed entries what is here: every leader holds them (paper, section 5.4.3).
    private func agreesWithCommitted(_ request: AppendRequest) -> Bool {
        let committed = self.outline.base.index...self.commit
        return ([request.previous] + request.entries.map(\.position)).allSatisfy {
            !committed.contains($0.index) || self.outline.term(at: $0.index) == $0.term
        }
    }

    /// Brings the log in line with the leader's, as far as the request tells.
    private mutating func take(_ request: AppendRequest, _ following: inout Following) -> AppendAnswer.Outcome {
        if request.previous.index > self.commit, self.outline.term(at: request.previous.index) != request.previous.term
        {
            let before = LogPosition(index: request.previous.index - 1, term: request.previous.term)
            let hint = self.outline.lastPosition(notAbove: before)
            return .conflict(refused: request.previous.index, hint: hint)
        }
        let news = request.entries.first { entry in
            entry.position.index > self.commit && self.outline.term(at: entry.position.index) != entry.position.term
        }
        let end = request.previous.index + UInt64(request.entries.count)
        if let news {
            let after = news.position.index - 1
            self.giveUp(after: after)
            following.verified = min(following.verified, after)
            let fresh = Array(request.entries.drop { $0.position.index <= after })
            for entry in fresh { self.outline.append(entry) }
            self.write(.append(after: after, fresh))
        }
        following.verified = max(following.verified, end)
        self.advanceCommit(to: min(request.commit, following.verified))
        return .matched(min(following.verified, self.writes.index))
    }

    /// Gives up the entries above `index`: another leader's stand there (paper, section 5.3).
    private mutating func giveUp(after index: UInt64) {
        let last = self.outline.last.index
        guard index < last else { return }
        self.counters.truncatedEntries += last - index
        self.actions.append(.discarding(LogRange(first: index + 1, last: last)))
        self.outline.truncate(after: index)
        self.writes.truncate(after: index)
    }

    mutating func advanceCommit(to index: UInt64) {
        guard index > self.commit, let position = self.outline.position(at: index) else { return }
        self.commit = index
        self.actions.append(.commit(position))
    }

    /// Says how far this member's log is the leader's and on disk.
    mutating func answerMatched(_ leader: PeerID, _ following: Following) {
        guard !self.isAbstaining else { return }
        let outcome = AppendAnswer.Outcome.matched(min(following.verified, self.writes.index))
        let answer = AppendAnswer(term: self.ballot.term, round: following.round, outcome: outcome)
        self.promise(.send(.appendAnswer(answer), to: leader))
    }

    /// A snapshot has been received, to its end.
    mutating func receiveSnapshot(_ offer: SnapshotOffer, from peer: PeerID, at now: Instant) {
        guard var following = self.follow(peer, in: offer.term, round: offer.round, at: now) else { return }
        let position = offer.header.position
        guard position.term >= self.outline.term(at: self.commit) ?? .zero || position.index <= self.commit else {
            self.counters.impossibleMessages += 1
            return
        }
        if position.index > self.commit {
            if self.outline.term(at: position.index) == position.term {
                // It stands for entries that are here already; those above it are kept (paper, section 7).
                following.verified = max(following.verified, position.index)
                self.advanceCommit(to: position.index)
            } else {
                self.giveUp(after: self.outline.base.index)
                self.outline = LogOutline(base: position, electorate: offer.header.electorate)
                self.writes.truncate(after: 0)
                self.write(.install(offer.header))
                self.commit = position.index
                following.verified = position.index
            }
        }
        following.round = max(following.round, offer.round)
        self.role = .follower(following)
        self.answerMatched(peer, following)
    }
}
