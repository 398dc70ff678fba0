import Causality
import Journal
import Leadership
import Platform

// What is due.
extension LeaderMode {
    /// Does what is due, and goes on with what letters and the log have made possible.
    func advance(_ neighbours: () -> Neighbours, at now: Instant, turn: UInt64) {
        switch self.phase {
        case .leaderless: self.writeRevived(at: now)
        case .asking(let founding): self.conclude(founding, at: now)
        case .promised(let promise):
            guard promise.until <= now else { break }
            self.phase = .leaderless
            self.hasStirred = true
        case .member(let member):
            guard member.raft.peer == self.journal.identity.peer else {
                try? self.leave(member, reason: "this node has another peer ID now", at: now)
                break
            }
            member.advance(at: now)
            if let failure = member.failure, !self.hasReportedFailure {
                self.hasReportedFailure = true
                self.events.append(.failed("\(failure)"))
            }
            self.heed(member, at: now)
            self.look(after: member, neighbours, at: now)
            self.goOnLeaving(member, at: now)
            if self.member === member { self.note(member, turn: turn) }
        }
    }

    /// Begins to ask for the promises that leader mode needs.
    func found(_ neighbours: Neighbours, at now: Instant) throws(LeaderModeRefusal) {
        switch self.phase {
        case .member: throw .impossible("this node is in leader mode already")
        case .asking, .promised: throw .notNow
        case .leaderless: break
        }
        if self.journal.failure != nil { throw .impossible("the log takes no more writes") }
        guard self.revival.isEmpty else { throw .notNow }
        let founding = Founding(era: self.random(), others: neighbours.known, until: now + LeaderMode.asking)
        self.phase = .asking(founding)
        for peer in founding.others { self.post(.foundingRequest, era: founding.era, to: peer) }
        self.conclude(founding, at: now)
    }

    private func conclude(_ founding: Founding, at now: Instant) {
        switch founding.outcome(at: now) {
        case .waiting: break
        case .refused(let reason):
            self.phase = .leaderless
            self.hasStirred = true
            self.events.append(.notFounded(reason: reason))
            for peer in founding.others { self.post(.absent, era: founding.era, to: peer) }
        case .founded:
            // What was written before must be durable before it is anybody's base.
            guard self.journal.syncedLSN == self.journal.appendedLSN else { return }
            guard let electorate = Electorate(voters: [self.journal.identity.peer]) else { return }
            // Behind an entry that nobody has: whoever is taken in gets this node's state first.
            let base = LogPosition(index: 1, term: Term(rawValue: 1))
            let member = LeadershipMember(
                founding: electorate, era: founding.era, base: base, journal: self.journal, limits: self.limits,
                seed: self.random(), at: now)
            self.enter(member)
            member.advance(at: now)
            self.heed(member, at: now)
        }
    }

    /// Carries out what the member asks for.
    func heed(_ member: LeadershipMember, at now: Instant) {
        var effects: [LeadershipEffect] = []
        member.takeEffects(into: &effects)
        for effect in effects {
            switch effect {
            case .send(let message, let peer): self.post(message, of: member, to: peer)
            case .sendSnapshot(let header, let term, let round, let peer):
                self.offers.removeAll { $0.peer == peer }
                let offer = SnapshotOffer(term: term, round: round, header: header)
                self.offers.append((peer, offer, self.journal.context))
            case .acknowledge(let ids): self.tickets.acknowledge(ids)
            case .unresolved: self.tickets.fail()
            case .readable(let ids):
                guard let confirming, ids.contains(confirming.id) else { break }
                self.confirmedTurn = confirming.turn
                self.confirming = nil
                self.hasStirred = true
            case .unreadable:
                self.confirming = nil
                self.hasStirred = true
            case .becomes(let standing):
                self.hasStirred = true
                self.events.append(.becomes(standing))
            case .splitBrain(let evidence): self.events.append(.splitBrain(evidence))
            case .transferEnded: self.hasStirred = true
            case .revive(let records): self.revival += records
            }
        }
    }

    /// A member holds this durably: if that is what its snapshot was to bring, it is told so.
    func noteHeld(by peer: PeerID, _ context: CausalContext) {
        guard let place = self.offers.firstIndex(where: { $0.peer == peer }), let member,
            context.isSuperset(of: self.offers[place].context)
        else { return }
        let offer = self.offers.remove(at: place).offer
        self.post(.snapshot(offer), of: member, to: peer)
    }

    /// Whoever waits for something that has come is to be asked again.
    private func note(_ member: LeadershipMember, turn: UInt64) {
        if member.applied.index != self.stirredAt.index {
            self.stirredAt = (member.applied.index, turn)
            self.hasStirred = true
        }
    }

    private func goOnLeaving(_ member: LeadershipMember, at now: Instant) {
        guard case .member(let current) = self.phase, current === member else { return }
        do throws(JournalError) {
            if member.hasEnded {
                guard self.isLeading else { return try self.leave(member, reason: "it was ended", at: now) }
                let due = self.endDue ?? now + .milliseconds(500)
                self.endDue = due
                self.leaving = max(due, now + .milliseconds(20))
                let last = member.applied.index
                // Who says that it is not in this era has left it, or never was.
                let areAllTold = member.raft.followers.allSatisfy {
                    $0.match >= last || self.absent.contains($0.peer)
                }
                if areAllTold || due <= now { try self.leave(member, reason: "it was ended", at: now) }
                return
            }
            let electorate = member.raft.outline.electorate
            let isVoter = electorate.isVoter(self.journal.identity.peer)
            if !isVoter, now.since(member.raft.leaderHeardAt) >= LeaderMode.silence {
                return try self.leave(member, reason: "no leader is heard, and this node has no vote", at: now)
            }
            let voters = electorate.voters
            let gone = voters.filter { self.absent.contains($0) || self.departed.contains($0) }.count
            // Nobody leaves before the end is decided, but who was never told that it votes, or has another peer ID
            // now. Where the rest are no majority nothing can be decided any more.
            if voters.count - gone < electorate.majority, gone > 0 {
                try self.leave(member, reason: "most members have left it", at: now)
            }
        } catch {
            // The log writes no more; then this node does not vote either.
        }
    }
}
