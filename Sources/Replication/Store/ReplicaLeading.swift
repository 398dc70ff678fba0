import AntiEntropy
import ByteCoding
package import Causality
import DataModel
import Journal
package import Leadership
import Membership
package import Platform

/// Leader mode from the side of whoever asks something of this node.
extension Replica {
    /// How this node takes writes at the moment.
    package var mode: ReplicaMode {
        switch self.leaderMode.phase {
        case .leaderless: return .leaderless
        case .asking, .promised: return .switching
        case .member(let member):
            let electorate = member.raft.outline.electorate
            return .leader(member.raft.standing, voters: electorate.voters, learners: electorate.learners)
        }
    }

    /// What other members have, by peer; empty unless this node leads.
    package var followers: [FollowerProgress] { self.leaderMode.member?.raft.followers ?? [] }

    /// How far entries are decided, and how far applied here; zeros outside leader mode.
    package var decided: (commit: UInt64, applied: UInt64, last: UInt64) {
        guard let member = self.leaderMode.member else { return (0, 0, 0) }
        return (member.raft.commit, member.applied.index, member.raft.outline.last.index)
    }

    /// Who leads, and where clients reach it; nil if nobody is known to, or nothing is known of it yet.
    package var leader: (peer: PeerID, name: String, address: NetworkAddress)? {
        guard let peer = self.leaderMode.member?.raft.leader else { return nil }
        if peer == self.journal.identity.peer {
            return (peer, self.configuration.name, self.exchange.ownAddress)
        }
        guard let member = self.exchange.roster.member(with: peer), let address = member.addresses.first else {
            return nil
        }
        return (peer, member.name ?? peer.description, address)
    }

    /// Has leader mode be founded, with this node as its first leader. What comes of it is told by an event and
    /// ``mode``.
    package func enterLeaderMode() throws(LeaderModeRefusal) {
        guard self.isServing else { throw .notNow }
        try self.leaderMode.found(self.exchange.neighbours, at: self.now)
        self.followLeaderMode()
    }

    /// Has leader mode end. Only where this node leads.
    package func leaveLeaderMode() throws(LeaderModeRefusal) {
        let member = try self.leadingMember()
        do throws(LeadershipRefusal) {
            try member.proposeEnd(id: self.leaderMode.tickets.issue(), at: self.now)
        } catch {
            throw self.refusal(for: error)
        }
    }

    /// Hands leadership to another voter, or the one that is furthest.
    package func handOver(to peer: PeerID?) throws(LeaderModeRefusal) {
        let member = try self.leadingMember()
        let voters = member.raft.outline.electorate.voters
        let furthest = member.raft.followers.filter { voters.contains($0.peer) }.max { $0.match < $1.match }
        guard let successor = peer ?? furthest?.peer else { throw .impossible("there is no other voter") }
        do throws(LeadershipRefusal) {
            try member.transfer(to: successor, at: self.now)
        } catch {
            throw self.refusal(for: error)
        }
    }

    /// Whether a read may be answered from what is here now.
    ///
    /// - Parameter isLocal: whether what is here now will do, however old it is.
    /// - Throws: `busy` when it may soon; `notLeader` or `noLeader`.
    package func admitRead(isLocal: Bool) throws(ReplicaError) {
        guard !self.isLeaderless, !isLocal, self.leaderMode.member != nil else { return }
        do throws(LeaderModeRefusal) {
            let member = try self.leadingMember()
            // Taken now: the process may have been stopped since the turn began.
            if member.isReadable(at: self.clock()) { return }
            if self.leaderMode.confirmedTurn >= self.requestTurn, member.applied.index >= member.raft.commit { return }
            if self.leaderMode.confirming == nil { self.beginConfirming(member) }
        } catch {
            throw .leadership(error)
        }
        throw .busy
    }

    /// Asks a majority whether this node leads, for all reads that wait.
    private func beginConfirming(_ member: LeadershipMember) {
        let id = self.leaderMode.makeReadID()
        guard (try? member.read(id, at: self.now)) != nil else { return }
        self.leaderMode.confirming = (id, self.turn)
        self.leaderMode.heed(member, at: self.now)
    }

    /// Whether writes may be made now.
    ///
    /// - Throws: as ``admitRead(isLocal:)``.
    package func admitWrite() throws(ReplicaError) {
        guard !self.isLeaderless else { return }
        switch self.leaderMode.phase {
        case .leaderless: return
        case .asking, .promised: throw .busy
        case .member: break
        }
        do throws(LeaderModeRefusal) {
            let member = try self.leadingMember()
            guard member.applied.term == member.raft.standing.term, !self.leaderMode.isGrowing else { throw .notNow }
        } catch {
            throw self.error(for: error)
        }
    }

    /// Throws `busy` while what is read of the key now is not what it will be.
    func admit(_ key: Span<UInt8>) throws(ReplicaError) {
        guard let member = self.leaderMode.member, member.isPending(Key(Array(copying: key))) else { return }
        throw .busy
    }

    /// Proposes writes as one entry.
    func propose(_ writes: [Write], token: CausalContext? = nil) throws(ReplicaError) -> WriteReceipt {
        try self.admitWrite()
        let ticket: UInt64
        do throws(LeaderModeRefusal) {
            let member = try self.leadingMember()
            ticket = self.leaderMode.tickets.issue()
            do throws(LeadershipRefusal) {
                try member.propose(
                    writes, id: ticket, acknowledgement: self.leaderMode.acknowledgement,
                    wall: self.wallNow.milliseconds, token: token, at: self.now)
            } catch {
                self.leaderMode.tickets.acknowledge([ticket])
                throw self.refusal(for: error)
            }
            self.leaderMode.heed(member, at: self.now)
        } catch {
            throw self.error(for: error)
        }
        self.counters.localWrites += UInt64(writes.count)
        let dot = Dot(peer: self.journal.identity.peer, sequence: self.journal.ownSequence)
        return WriteReceipt(dot: dot, heldUntil: TicketQueue.base + ticket)
    }

    private func leadingMember() throws(LeaderModeRefusal) -> LeadershipMember {
        guard let member = self.leaderMode.member else {
            throw .impossible("this cluster is leaderless; there is no leader")
        }
        guard self.leaderMode.isLeading else {
            guard let leader = member.raft.leader else { throw .noLeader }
            throw .notLeader(leader)
        }
        return member
    }

    private func error(for refusal: LeaderModeRefusal) -> ReplicaError {
        if case .notNow = refusal { return .busy }
        return .leadership(refusal)
    }

    private func refusal(for error: LeadershipRefusal) -> LeaderModeRefusal {
        switch error {
        case .proposal(.notLeader(let leader)): leader.map { .notLeader($0) } ?? .noLeader
        case .proposal(.transferring), .proposal(.changePending), .catchingUp, .ending: .notNow
        case .proposal(.tooMany): .notNow
        case .proposal(.tooLarge): .limit("the write is larger than one entry may be")
        case .proposal(.impossibleChange): .impossible("that changes nothing")
        case .proposal(.notAVoter(let peer)): .impossible("\(peer) is no voter")
        case .journal(.tooManySiblings): .limit("the key has too many siblings")
        case .journal(let error): .limit("\(error)")
        }
    }

    /// Does what leader mode has to do, and carries its letters.
    func advanceLeaderMode() {
        var hasLetters = false
        if !self.isLeaderless { self.leaderMode.knownCount = self.exchange.knownCount + 1 }
        for (peer, bytes) in self.exchange.takeLetters() {
            hasLetters = true
            self.leaderMode.receive(bytes, from: peer, at: self.now)
        }
        guard hasLetters || !self.isLeaderless || !self.leaderMode.revival.isEmpty else { return }
        self.leaderMode.advance({ self.exchange.neighbours }, at: self.now, turn: self.turn)
        self.offerSnapshots()
        self.tellOfHoldings()
        for post in self.leaderMode.takePosts() { self.exchange.post(post.bytes, to: post.peer, now: self.now) }
        for event in self.leaderMode.takeEvents() { self.tell(event) }
        self.followLeaderMode()
    }

    /// Members that are brought to this node's state by a conversation are told so once they are.
    private func offerSnapshots() {
        for (peer, _, _) in self.leaderMode.offers {
            self.leaderMode.noteHeld(by: peer, self.exchange.watermark.context(of: peer) ?? CausalContext())
        }
        for (peer, _, _) in self.leaderMode.offers where self.leaderMode.nextConverse <= self.now {
            self.exchange.converse(with: peer, now: self.now)
        }
        if self.leaderMode.nextConverse <= self.now { self.leaderMode.nextConverse = self.now + LeaderMode.reform }
    }

    /// Kept links have no routine rounds; but what members hold must be known, or deletes stay for ever.
    private func tellOfHoldings() {
        guard self.leaderMode.member != nil, self.leaderMode.nextHoldings <= self.now else { return }
        self.leaderMode.nextHoldings = self.now + .seconds(1)
        for peer in self.exchange.keptPeers {
            let held = self.exchange.watermark.context(of: peer) ?? CausalContext()
            if !held.isSuperset(of: self.journal.context) { self.exchange.converse(with: peer, now: self.now) }
        }
    }

    private func followLeaderMode() {
        self.isLeaderless = self.leaderMode.isLeaderless
        self.exchange.isInLeaderMode = self.leaderMode.member != nil
        if let member = self.leaderMode.member {
            let own = self.journal.identity.peer
            let kept =
                self.leaderMode.isLeading
                ? member.raft.outline.electorate.members.filter { $0 != own }.sorted()
                : member.raft.leader.map { [$0] } ?? []
            self.exchange.keepLinks(to: kept, now: self.now)
        } else {
            self.exchange.keepLinks(to: [], now: self.now)
        }
        if self.leaderMode.hasStirred {
            self.leaderMode.hasStirred = false
            self.stirs += 1
        }
    }

    private func tell(_ event: LeaderModeEvent) {
        switch event {
        case .entered:
            self.exchange.report(.modeChanged(isLeaderMode: true, reason: ""))
            self.exchange.trace(.notice, "mode.leader", "this node is in leader mode")
        case .left(let reason):
            self.noteRevivedOrDecided()
            self.exchange.report(.modeChanged(isLeaderMode: false, reason: reason))
            self.exchange.trace(.notice, "mode.leaderless", "leader mode is over for this node: \(reason)")
        case .notFounded(let reason):
            self.exchange.report(.modeKept(reason: reason))
            self.exchange.trace(.warning, "mode.kept", "leader mode was not founded: \(reason)")
        case .becomes(let standing): self.tell(standing)
        case .splitBrain(let evidence):
            let (fenced, holds) = (evidence.fenced, evidence.standing)
            let words =
                "\(self.exchange.nodeName(of: fenced.leader)) led in term \(fenced.term.rawValue) while "
                + "\(self.exchange.nodeName(of: holds.leader)) led in term \(holds.term.rawValue) already"
            self.counters.splitBrains += 1
            self.exchange.report(.splitBrain(words))
            self.exchange.trace(.error, "leader.split", "two nodes led at once: \(words)")
        case .failed(let reason):
            self.exchange.report(.failed("this node takes no part in leader mode any more: \(reason)"))
            self.exchange.trace(.error, "leader.failed", "this node takes no part any more: \(reason)")
        case .revived(let count):
            self.noteRevivedOrDecided()
            self.exchange.trace(
                .notice, "leader.revived", "writes that a leader before had to give up come back as siblings",
                [.init("records", "\(count)")])
        }
    }

    private func tell(_ standing: RaftStanding) {
        let term = standing.term.rawValue
        switch standing {
        case .leader:
            self.counters.electionsWon += 1
            self.exchange.report(
                .leader(peer: self.journal.identity.peer, name: self.configuration.name, term: term))
            self.exchange.trace(.notice, "leader.elected", "this node leads", [.init("term", "\(term)")])
        case .follower(_, let leader?):
            let name = self.exchange.nodeName(of: leader)
            self.exchange.report(.leader(peer: leader, name: name, term: term))
            self.exchange.trace(
                .notice, "leader.followed", "this node follows", [.init("leader", name), .init("term", "\(term)")])
        case .follower(_, nil):
            self.exchange.report(.leaderLost(term: term))
            self.exchange.trace(.warning, "leader.lost", "no leader is known", [.init("term", "\(term)")])
        case .preCandidate, .candidate:
            self.counters.elections += 1
            self.exchange.trace(.info, "leader.election", "an election is under way", [.init("term", "\(term)")])
        }
    }

    /// What was applied without being told of is news to whoever is not in leader mode.
    private func noteRevivedOrDecided() {
        self.exchange.noteLocalWrite(at: self.now)
    }
}
