import Causality
import Leadership
import Platform

/// Three members that talk over a network without delay, and every word of it as text.
struct Transcript {
    private var members: [Raft] = []
    private var entries: [[LeadershipEntry]] = [[], [], []]
    private var messages: [(from: Int, to: Int, RaftMessage)] = []
    private(set) var now = Instant(nanoseconds: 1_000_000_000)
    /// The members that nothing reaches, and that reach nobody.
    var cut: Set<Int> = []
    private(set) var lines: [String] = []

    init() {
        let peers = (1...3).map { PeerID(rawValue: UInt64($0)) }
        let outline = LogOutline(electorate: Electorate(voters: peers) ?? .empty)
        for (place, peer) in peers.enumerated() {
            let log = RestoredLog(ballot: Ballot(), outline: outline, commit: 0)
            self.members.append(Raft(peer: peer, restoring: log, seed: UInt64(place), at: self.now))
        }
    }

    var text: String { self.lines.joined(separator: "\n") }

    /// Says in the transcript what happens next.
    mutating func say(_ text: String) { self.lines.append("# " + text) }

    /// Lets time pass for one member, and everybody talk until nobody has anything to say.
    mutating func pass(_ delay: Delay, for member: Int) {
        self.now = self.now + delay
        let now = self.now
        self.step(member) { $0.deadlineReached(at: now) }
        self.settle()
    }

    mutating func propose(_ text: String, to member: Int) {
        let now = self.now
        self.step(member) { raft in
            (try? raft.propose(Array(text.utf8), id: 1, acknowledgement: .majority, at: now))?.actions ?? []
        }
        self.settle()
    }

    private mutating func settle() {
        while !self.messages.isEmpty {
            let (from, to, message) = self.messages.removeFirst()
            if self.cut.contains(from) || self.cut.contains(to) {
                self.lines.append("\(from) ✗ \(to) \(Self.words(message))")
                continue
            }
            self.lines.append("\(from) → \(to) \(Self.words(message))")
            let now = self.now
            self.step(to) { $0.receive(message, from: PeerID(rawValue: UInt64(from)), at: now) }
        }
    }

    private mutating func step(_ member: Int, _ input: (inout Raft) -> [RaftAction]) {
        var actions = input(&self.members[member - 1])
        while !actions.isEmpty {
            var last: UInt64?
            for action in actions { last = self.carryOut(action, member) ?? last }
            let now = self.now
            actions = last.map { self.members[member - 1].written(through: $0, at: now) } ?? []
        }
    }

    /// Returns the number of a write.
    private mutating func carryOut(_ action: RaftAction, _ member: Int) -> UInt64? {
        let place = member - 1
        switch action {
        case .write(let write):
            if case .append(let after, let entries) = write.change {
                self.entries[place].removeLast(self.entries[place].count - Int(after))
                self.entries[place] += entries
            }
            if let ballot = write.ballot {
                let vote = ballot.vote.map { "for \($0.rawValue)" } ?? "for nobody"
                self.lines.append("\(member) writes term \(ballot.term), vote \(vote)")
            }
            return write.number
        case .send(let message, let peer): self.messages.append((member, Int(peer.rawValue), message))
        case .sendEntries(var request, let through, let peer):
            request.entries = Array(self.entries[place][Int(request.previous.index)..<Int(through)])
            self.messages.append((member, Int(peer.rawValue), .append(request)))
        case .commit(let position): self.lines.append("\(member) commits \(position)")
        case .acknowledge: self.lines.append("\(member) answers OK")
        case .unresolved: self.lines.append("\(member) does not know whether")
        case .becomes(.leader(let term)): self.lines.append("\(member) leads term \(term)")
        case .becomes(.preCandidate): self.lines.append("\(member) asks whether it would be voted for")
        case .becomes(.candidate(let term)): self.lines.append("\(member) stands in term \(term)")
        case .becomes(.follower(let term, let leader)):
            self.lines.append("\(member) follows \(leader.map { "\($0.rawValue)" } ?? "nobody") in term \(term)")
        case .discarding(let range): self.lines.append("\(member) gives up \(range.first)...\(range.last)")
        case .splitBrain(let evidence):
            self.lines.append(
                "\(member) saw two leaders: \(evidence.fenced.leader.rawValue) of term \(evidence.fenced.term) and "
                    + "\(evidence.standing.leader.rawValue) of term \(evidence.standing.term)")
        case .readable, .unreadable, .sendSnapshot, .transferEnded: break
        }
        return nil
    }

    private static func words(_ message: RaftMessage) -> String {
        switch message {
        case .preVoteRequest(let request): "would you vote in term \(request.term), last \(request.last)?"
        case .voteRequest(let request): "vote in term \(request.term), last \(request.last)!"
        case .preVoteAnswer(let answer), .voteAnswer(let answer):
            "\(answer.isGranted ? "yes" : "no"), term \(answer.term)"
        case .append(let request):
            "term \(request.term) after \(request.previous): "
                + (request.entries.isEmpty
                    ? "nothing" : request.entries.map { "\($0.position)" }.joined(separator: " "))
                + ", committed \(request.commit)"
        case .appendAnswer(let answer):
            switch answer.outcome {
            case .matched(let index): "term \(answer.term) matched \(index)"
            case .conflict(let refused, let hint): "term \(answer.term) lacks \(refused), perhaps \(hint)"
            case .fenced(let leader): "term \(answer.term) is \(leader.map { "\($0.rawValue)'s" } ?? "later")"
            }
        case .snapshot(let offer): "snapshot \(offer.header.position)"
        case .timeoutNow(let term): "stand, term \(term)"
        }
    }
}
