import Causality
import Platform

// What a leader does with time and with answers. Paper, sections 5.3, 5.4.2 and 6; thesis, sections 3.10 and 6.2.
extension Raft {
    /// Takes out what a leader keeps, so that it can be changed without being copied; nil if this member does not
    /// lead. It MUST be put back into `role` before anything else looks at that.
    mutating func takeLeading() -> Leading? {
        switch self.role {
        case .leader(let leading):
            self.role = .follower(Following(leader: nil, verified: self.commit))
            return leading
        case .follower, .preCandidate, .candidate:
            return nil
        }
    }

    mutating func beginLeading(at now: Instant) {
        self.counters.victories += 1
        var leading = Leading(firstIndex: self.outline.last.index + 1, at: now)
        leading.follow(self.otherMembers, next: self.outline.last.index + 1, at: now)
        self.note(self.peer, in: self.ballot.term, tolerance: .zero, at: now)
        self.appendAsLeader(.start)
        self.beginRound(&leading, at: now)
        self.role = .leader(leading)
        self.actions.append(.becomes(self.standing))
    }

    var otherMembers: [PeerID] {
        self.outline.electorate.members.filter { $0 != self.peer }
    }

    /// Adds an entry of this leader's term. Its own entries it never gives up (paper, section 5.3).
    @discardableResult
    mutating func appendAsLeader(_ content: LeadershipEntry.Content) -> UInt64 {
        let last = self.outline.last.index
        let position = LogPosition(index: last + 1, term: self.ballot.term)
        let entry = LeadershipEntry(position: position, content: content)
        self.outline.append(entry)
        self.write(.append(after: last, [entry]))
        return position.index
    }

    /// A heartbeat is due, or handing over has taken too long, or nobody answers any more.
    mutating func leaderTick(at now: Instant) {
        guard var leading = self.takeLeading() else { return }
        if let transfer = leading.transfer, transfer.deadline <= now {
            leading.transfer = nil
            self.actions.append(.transferEnded(isSuccess: false))
        }
        let electorate = self.outline.electorate
        let heard = leading.heardFromMajority(among: electorate, leader: self.peer, at: now)
        let isCutOff = now >= max(heard, leading.electedAt) + self.limits.election
        if !isCutOff, leading.heartbeatDue <= now { self.beginRound(&leading, at: now) }
        self.role = .leader(leading)
        if isCutOff { self.stepDown(to: self.ballot.term, leader: nil, at: now) }
    }

    /// Tells every other member that this one leads, with the entries it may lack.
    mutating func beginRound(_ leading: inout Leading, at now: Instant) {
        leading.rounds.begin(at: now)
        leading.heartbeatDue = now + self.limits.heartbeat
        for place in leading.followers.indices {
            self.retry(&leading, place, at: now)
            let sent = leading.followers[place].next
            let wasProbed = self.sendEntries(&leading, place, at: now)
            if !wasProbed, leading.followers[place].next == sent { self.sendHeartbeat(leading, place) }
        }
        self.confirmReads(&leading, at: now)
    }

    /// Sends again what seems to be lost.
    private func retry(_ leading: inout Leading, _ place: Int, at now: Instant) {
        let progress = leading.followers[place]
        switch progress.state {
        case .probing:
            leading.followers[place].state = .probing(sentThrough: nil)
        case .streaming:
            guard progress.isAwaited, now >= progress.progressedAt + self.limits.resend else { return }
            leading.followers[place].probe(from: progress.match + 1)
        case .receivingSnapshot(let since):
            guard now >= since + self.limits.snapshot else { return }
            leading.followers[place].probe(from: progress.next)
        }
    }

    /// Sends what credit allows. Returns whether it was a probe, which is a heartbeat too.
    @discardableResult
    mutating func sendEntries(_ leading: inout Leading, _ place: Int, at now: Instant) -> Bool {
        switch leading.followers[place].state {
        case .probing(let sentThrough):
            guard sentThrough == nil else { return false }
            let next = leading.followers[place].next
            guard let previous = self.outline.position(at: next - 1) else {
                self.sendSnapshot(&leading, place, at: now)
                return false
            }
            let last = self.lastSendable
            let through = next > last ? previous.index : min(last, self.chunkEnd(above: previous.index))
            leading.followers[place].state = .probing(sentThrough: through)
            leading.followers[place].progressedAt = now
            self.send(leading, place, previous, through: through)
            return true
        case .streaming:
            self.stream(&leading, place, at: now)
            return false
        case .receivingSnapshot:
            return false
        }
    }

    private mutating func stream(_ leading: inout Leading, _ place: Int, at now: Instant) {
        let last = self.lastSendable
        while leading.followers[place].next <= last {
            let progress = leading.followers[place]
            guard let previous = self.outline.position(at: progress.next - 1) else {
                return self.sendSnapshot(&leading, place, at: now)
            }
            let floor = max(progress.match, self.outline.base.index)
            let isWithinCredit =
                previous.index - floor < self.limits.windowEntries
                && self.outline.bytes(above: floor, through: previous.index) < self.limits.windowBytes
            guard isWithinCredit else { return }
            if !progress.isAwaited { leading.followers[place].progressedAt = now }
            let through = min(last, self.chunkEnd(above: previous.index))
            leading.followers[place].next = through + 1
            self.send(leading, place, previous, through: through)
        }
    }

    /// The last entry that may be sent.
    private var lastSendable: UInt64 {
        self.limits.sendsDurableOnly ? min(self.writes.index, self.outline.last.index) : self.outline.last.index
    }

    private func chunkEnd(above index: UInt64) -> UInt64 {
        self.outline.chunk(above: index, count: self.limits.messageEntries, bytes: self.limits.messageBytes)
    }

    private mutating func send(_ leading: Leading, _ place: Int, _ previous: LogPosition, through: UInt64) {
        let request = AppendRequest(
            term: self.ballot.term, round: leading.rounds.latest, previous: previous, entries: [], commit: self.commit)
        let peer = leading.followers[place].peer
        self.promise(
            through > previous.index
                ? .sendEntries(request, through: through, to: peer) : .send(.append(request), to: peer))
    }

    /// A message without entries, behind what the follower is known to have: it learns what is committed.
    mutating func sendHeartbeat(_ leading: Leading, _ place: Int) {
        let previous = self.outline.position(at: leading.followers[place].match) ?? .zero
        self.send(leading, place, previous, through: previous.index)
    }

    private mutating func sendSnapshot(_ leading: inout Leading, _ place: Int, at now: Instant) {
        leading.followers[place].state = .receivingSnapshot(since: now)
        let peer = leading.followers[place].peer
        self.promise(.sendSnapshot(term: self.ballot.term, round: leading.rounds.latest, to: peer))
    }

    mutating func receiveAnswer(_ answer: AppendAnswer, from peer: PeerID, at now: Instant) {
        if answer.term > self.ballot.term { return self.beFenced(answer, at: now) }
        guard answer.term == self.ballot.term, var leading = self.takeLeading() else {
            self.counters.staleMessages += 1
            return
        }
        guard let place = leading.place(of: peer), answer.round <= leading.rounds.latest else {
            self.role = .leader(leading)
            return self.countUnasked()
        }
        leading.followers[place].heardAt = now
        leading.followers[place].round = max(leading.followers[place].round, answer.round)
        switch answer.outcome {
        case .matched(let index):
            guard index <= self.outline.last.index else {
                self.counters.impossibleMessages += 1
                break
            }
            leading.followers[place].matched(index, at: now)
            self.leaveSnapshot(&leading, place)
            self.sendEntries(&leading, place, at: now)
        case .conflict(let refused, let hint):
            self.seek(&leading, place, refused: refused, hint: hint, at: now)
        case .fenced:
            self.counters.impossibleMessages += 1
        }
        self.role = .leader(leading)
        self.leaderAdvanced(at: now)
    }

    /// A snapshot has arrived once what the follower has is here as entries.
    private func leaveSnapshot(_ leading: inout Leading, _ place: Int) {
        switch leading.followers[place].state {
        case .receivingSnapshot:
            let match = leading.followers[place].match
            guard match >= self.outline.base.index else { return }
            leading.followers[place].next = match + 1
            leading.followers[place].state = .streaming
        case .probing, .streaming: break
        }
    }

    /// Goes back to where the logs may agree (paper, end of section 5.3).
    private mutating func seek(
        _ leading: inout Leading, _ place: Int, refused: UInt64, hint: LogPosition, at now: Instant
    ) {
        let progress = leading.followers[place]
        guard refused > progress.match, hint.index < refused, refused <= self.outline.last.index else { return }
        switch progress.state {
        case .probing:
            guard refused == progress.next - 1 else { return }
            let agreed = self.outline.lastPosition(notAbove: hint).index
            leading.followers[place].probe(from: hint.index < self.outline.base.index ? hint.index + 1 : agreed + 1)
        case .streaming:
            leading.followers[place].probe(from: progress.match + 1)
        case .receivingSnapshot:
            return
        }
        self.sendEntries(&leading, place, at: now)
    }

    /// A later term has begun. If somebody leads in it, two have led at once.
    private mutating func beFenced(_ answer: AppendAnswer, at now: Instant) {
        if case .fenced(let leader?) = answer.outcome, self.leader == self.peer {
            self.note(self.peer, in: self.ballot.term, tolerance: .zero, at: now)
            self.note(leader, in: answer.term, tolerance: .zero, at: now)
        }
        self.stepDown(to: answer.term, leader: nil, at: now)
    }

    /// What is on disks has grown, here or elsewhere: commits, acknowledges, and hands over if that is due.
    mutating func leaderAdvanced(at now: Instant) {
        guard var leading = self.takeLeading() else { return }
        let before = self.commit
        self.commitByMajority(leading)
        self.acknowledge(&leading)
        self.confirmReads(&leading, at: now)
        self.handOverIfReady(&leading)
        if self.limits.sendsDurableOnly {
            for place in leading.followers.indices { self.sendEntries(&leading, place, at: now) }
        }
        if self.commit > before {
            // Those who wait for nothing else would learn of it with the next heartbeat only.
            for place in leading.followers.indices where leading.followers[place].state == .streaming {
                if !leading.followers[place].isAwaited { self.sendHeartbeat(leading, place) }
            }
        }
        self.role = .leader(leading)
        let isDismissed = self.commit >= self.outline.electorateIndex && !self.outline.electorate.isVoter(self.peer)
        if isDismissed { self.stepDown(to: self.ballot.term, leader: nil, at: now) }
    }

    /// How far a member's disk holds this leader's log.
    private func match(of peer: PeerID, _ leading: Leading) -> UInt64 {
        if peer == self.peer { return self.isAbstaining ? 0 : self.writes.index }
        return leading.progress(of: peer)?.match ?? 0
    }

    /// Only an entry of the leader's own term is committed by counting; those before it with it (paper, section 5.4.2).
    private mutating func commitByMajority(_ leading: Leading) {
        guard let index = self.outline.electorate.reachedByMajority({ self.match(of: $0, leading) }),
            self.outline.term(at: index) == self.ballot.term
        else { return }
        self.advanceCommit(to: index)
    }

    private mutating func acknowledge(_ leading: inout Leading) {
        let mine = self.writes.index
        let best = leading.followers.map(\.match).max() ?? mine
        let all = self.outline.electorate.voters.map { self.match(of: $0, leading) }.min() ?? 0
        var kept = leading.proposals.take(.asynchronous, through: mine)
        kept += leading.proposals.take(.semiSynchronous, through: min(mine, best))
        kept += leading.proposals.take(.majority, through: self.commit)
        kept += leading.proposals.take(.synchronous, through: min(self.commit, all))
        if !kept.isEmpty { self.actions.append(.acknowledge(kept)) }
    }

    /// Tells whoever waits for this leader that it does not lead any more.
    mutating func abandon(_ leading: Leading) {
        self.counters.abdications += 1
        let proposals = leading.proposals.ids
        if !proposals.isEmpty { self.actions.append(.unresolved(proposals)) }
        let reads = leading.reads.ids
        if !reads.isEmpty { self.actions.append(.unreadable(reads)) }
        if leading.transfer != nil { self.actions.append(.transferEnded(isSuccess: true)) }
    }
}
