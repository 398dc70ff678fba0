import ByteCoding
import Causality
import Journal
import Leadership
import Platform

// What others say.
extension LeaderMode {
    /// Takes in a letter from a peer. What makes no sense is left out: letters may be lost as well.
    func receive(_ bytes: [UInt8], from peer: PeerID, at now: Instant) {
        guard let (era, letter) = try? LeadershipLetter.decode(bytes) else { return }
        switch letter {
        case .raft(let message, let voters):
            self.yield(to: era, of: voters, at: now)
            self.receive(message, era: era, from: peer, at: now)
        case .foundingRequest: self.asked(toFollow: peer, era: era, at: now)
        case .foundingAnswer(let isGranted, let reason):
            guard case .asking(var founding) = self.phase, founding.era == era else { return }
            founding.answered(peer, isGranted: isGranted, reason: reason)
            self.phase = .asking(founding)
        case .absent:
            if case .promised(let promise) = self.phase, promise.era == era, promise.founder == peer {
                // Its attempt has come to nothing.
                self.phase = .leaderless
                self.hasStirred = true
            }
            guard let member, member.era == era, !self.absent.contains(peer) else { return }
            self.absent.append(peer)
        case .revival(let records):
            guard let member, member.era == era, self.isLeading else { return }
            // Whoever sent them sends them again until it sees them.
            try? member.propose(records: records, id: self.foreignID, acknowledgement: .majority, at: now)
        }
    }

    /// Leaves an era that never had as many voters as it needs, when one with more is met, or, of two equal, a later.
    private func yield(to era: UInt64, of voters: Int, at now: Instant) {
        guard let member, member.era != era, self.isGrowing else { return }
        let mine = member.raft.outline.electorate.voters.count
        guard (mine, member.era) < (voters, era) else { return }
        try? self.leave(member, reason: "another node had founded it as well", at: now)
    }

    /// The number of proposals that nobody here waits for.
    private var foreignID: UInt64 { 0 }

    private func receive(_ message: RaftMessage, era: UInt64, from peer: PeerID, at now: Instant) {
        switch self.phase {
        case .member(let member):
            guard member.era == era else { return self.post(.absent, era: era, to: peer) }
            self.absent.removeAll { $0 == peer }
            member.receive(message, from: peer, at: now)
        case .leaderless:
            self.join(on: message, era: era, from: peer, at: now)
        case .promised(let promise):
            guard promise.era == era || promise.founder != peer else { return }
            self.join(on: message, era: era, from: peer, at: now)
        case .asking:
            self.post(.absent, era: era, to: peer)
        }
    }

    /// Becomes a member when a leader takes this node in; nobody else makes it one.
    private func join(on message: RaftMessage, era: UInt64, from peer: PeerID, at now: Instant) {
        switch message {
        case .append, .snapshot:
            guard era != self.ended else { return self.post(.absent, era: era, to: peer) }
            let member = LeadershipMember(
                founding: .empty, era: era, journal: self.journal, limits: self.limits, seed: self.random(), at: now)
            self.enter(member)
            member.receive(message, from: peer, at: now)
        case .preVoteRequest, .preVoteAnswer, .voteRequest, .voteAnswer, .appendAnswer, .timeoutNow:
            self.post(.absent, era: era, to: peer)
        }
    }

    /// Answers a node that wants to found an era.
    private func asked(toFollow peer: PeerID, era: UInt64, at now: Instant) {
        switch self.phase {
        case .leaderless:
            guard self.journal.failure == nil else {
                return self.answer(peer, era, "a member's log takes no more writes")
            }
            self.phase = .promised(FoundingPromise(era: era, founder: peer, until: now + LeaderMode.promise))
            self.answer(peer, era, nil)
        case .promised(let promise):
            guard promise.founder == peer else {
                return self.answer(peer, era, "another node is about to lead already")
            }
            self.phase = .promised(FoundingPromise(era: era, founder: peer, until: now + LeaderMode.promise))
            self.answer(peer, era, nil)
        case .asking: self.answer(peer, era, "another node is about to lead already")
        case .member(let member):
            if member.era != era { self.answer(peer, era, "a member is in leader mode already") }
        }
    }

    private func answer(_ peer: PeerID, _ era: UInt64, _ objection: String?) {
        self.post(.foundingAnswer(isGranted: objection == nil, reason: objection ?? ""), era: era, to: peer)
    }
}
