package import Causality
package import Platform

// What an owner asks of the leader: entries, reads, changes of members, and to hand over.
extension Raft {
    /// Adds an entry. `id` comes back in ``RaftAction/acknowledge(_:)`` once the promise is kept, or in
    /// ``RaftAction/unresolved(_:)``.
    ///
    /// Returns the actions and the entry's position.
    package mutating func propose(
        _ payload: [UInt8], id: UInt64, acknowledgement: Acknowledgement, at now: Instant
    ) throws(ProposalRefusal) -> (position: LogPosition, actions: [RaftAction]) {
        guard payload.count <= RaftFormat.payloadLength else { throw .tooLarge }
        let index = try self.append(.payload(payload), id: id, acknowledgement: acknowledgement, at: now)
        return (LogPosition(index: index, term: self.ballot.term), self.drain())
    }

    /// Changes the members by one. Holds from now on; `id` comes back when a majority of the new members has it.
    package mutating func change(
        _ change: ElectorateChange, id: UInt64, at now: Instant
    ) throws(ProposalRefusal) -> [RaftAction] {
        switch self.role {
        case .leader(let leading):
            // Not before the term's first entry: thesis, section 4.1, as corrected in 2015 on the raft-dev list.
            guard self.commit >= leading.firstIndex, self.commit >= self.outline.electorateIndex else {
                throw .changePending
            }
        case .follower, .preCandidate, .candidate: throw .notLeader(self.leader)
        }
        guard let electorate = self.outline.electorate.applying(change) else { throw .impossibleChange }
        _ = try self.append(.electorate(electorate), id: id, acknowledgement: .majority, at: now)
        return self.drain()
    }

    /// The term that a proposal made now would be of; throws what the proposal would.
    package func checkProposal() throws(ProposalRefusal) -> Term {
        switch self.role {
        case .leader(let leading):
            if leading.transfer != nil { throw .transferring }
            guard leading.proposals.count < self.limits.proposals else { throw .tooMany }
            return self.ballot.term
        case .follower, .preCandidate, .candidate: throw .notLeader(self.leader)
        }
    }

    private mutating func append(
        _ content: LeadershipEntry.Content, id: UInt64, acknowledgement: Acknowledgement, at now: Instant
    ) throws(ProposalRefusal) -> UInt64 {
        guard var leading = self.takeLeading() else { throw .notLeader(self.leader) }
        defer { self.role = .leader(leading) }
        if leading.transfer != nil { throw .transferring }
        guard leading.proposals.count < self.limits.proposals else { throw .tooMany }
        let index = self.appendAsLeader(content)
        leading.proposals.add(id, at: index, waitingFor: acknowledgement)
        if case .electorate = content { leading.follow(self.otherMembers, next: index, at: now) }
        for place in leading.followers.indices { self.sendEntries(&leading, place, at: now) }
        return index
    }

    /// Asks for a point from which reads see everything that was acknowledged before now. `id` comes back in
    /// ``RaftAction/readable(_:index:)`` or ``RaftAction/unreadable(_:)``.
    package mutating func read(_ id: UInt64, at now: Instant) throws(ProposalRefusal) -> [RaftAction] {
        guard var leading = self.takeLeading() else { throw .notLeader(self.leader) }
        defer { self.role = .leader(leading) }
        guard leading.reads.count < self.limits.reads else { throw .tooMany }
        if self.commit >= leading.firstIndex, self.isLeased(leading, at: now) {
            return self.drain() + [.readable([id], index: self.commit)]
        }
        // One round answers all reads that came before it was sent.
        let isUnderWay = leading.reads.count > 0
        leading.reads.add(id, awaiting: leading.rounds.latest + 1)
        if !isUnderWay { self.beginRound(&leading, at: now) }
        return self.drain()
    }

    /// Whether this member leads, has committed an entry of its term, and nobody else can lead at `now`.
    package func isLeased(at now: Instant) -> Bool {
        switch self.role {
        case .leader(let leading): self.commit >= leading.firstIndex && self.isLeased(leading, at: now)
        case .follower, .preCandidate, .candidate: false
        }
    }

    private func isLeased(_ leading: Leading, at now: Instant) -> Bool {
        let end = leading.leaseEnd(
            among: self.outline.electorate, leader: self.peer, lease: self.limits.lease, at: now)
        return end.map { now < $0 } ?? false
    }

    /// Answers the reads that a majority has confirmed, and asks for the rest.
    mutating func confirmReads(_ leading: inout Leading, at now: Instant) {
        guard leading.reads.count > 0, self.commit >= leading.firstIndex else { return }
        let round = leading.confirmedRound(among: self.outline.electorate, leader: self.peer)
        let ids = leading.reads.take(through: round)
        if !ids.isEmpty { self.actions.append(.readable(ids, index: self.commit)) }
        if let awaited = leading.reads.awaitedRound, awaited > leading.rounds.latest {
            self.beginRound(&leading, at: now)
        }
    }

    /// Hands leadership to a voter: once its log is complete it is told to stand (thesis, section 3.10).
    package mutating func transfer(to peer: PeerID, at now: Instant) throws(ProposalRefusal) -> [RaftAction] {
        guard var leading = self.takeLeading() else { throw .notLeader(self.leader) }
        defer { self.role = .leader(leading) }
        guard leading.transfer == nil else { throw .transferring }
        guard self.outline.electorate.isVoter(peer), leading.place(of: peer) != nil else { throw .notAVoter(peer) }
        leading.transfer = Leading.Transfer(successor: peer, deadline: now + self.limits.election, isSent: false)
        self.handOverIfReady(&leading)
        return self.drain()
    }

    mutating func handOverIfReady(_ leading: inout Leading) {
        guard let transfer = leading.transfer, !transfer.isSent,
            leading.progress(of: transfer.successor)?.match == self.outline.last.index
        else { return }
        leading.transfer?.isSent = true
        leading.hasForfeitedLease = true
        self.promise(.send(.timeoutNow(self.ballot.term), to: transfer.successor))
    }

    /// The connection to a member is new: what was sent on the old one may be lost.
    package mutating func reconnected(to peer: PeerID, at now: Instant) -> [RaftAction] {
        self.restart(peer, at: now)
    }

    /// A snapshot could not be sent to its end.
    package mutating func snapshotFailed(to peer: PeerID, at now: Instant) -> [RaftAction] {
        self.restart(peer, at: now)
    }

    private mutating func restart(_ peer: PeerID, at now: Instant) -> [RaftAction] {
        guard var leading = self.takeLeading() else { return [] }
        if let place = leading.place(of: peer) {
            leading.followers[place].probe(from: leading.followers[place].match + 1)
            self.sendEntries(&leading, place, at: now)
        }
        self.role = .leader(leading)
        return self.drain()
    }
}
