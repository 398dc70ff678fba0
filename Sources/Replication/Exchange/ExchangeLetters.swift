import AntiEntropy
import Causality
import Journal
import Membership
import Platform

// Carrying what leader mode has to say; it may be lost.

extension PeerExchange {
    /// Letters that wait for a link.
    private static let letterMaximum = 256
    /// How long they wait.
    private static let letterPatience = Delay.milliseconds(500)
    /// Bytes that have not left a link, beyond which leader mode says nothing more on it: it repeats itself.
    private static let letterBacklog = 16 * 1024 * 1024

    /// Hands over what the leader mode of peers has said.
    func takeLetters() -> [(peer: PeerID, bytes: [UInt8])] {
        guard !self.letters.isEmpty else { return [] }
        defer { self.letters = [] }
        return self.letters
    }

    /// Sends a letter, over the link there is, or the next, which is made at once.
    func post(_ bytes: [UInt8], to peer: PeerID, now: Instant) {
        guard bytes.count <= MessageLimits.leadershipBytes else { return }
        for link in self.links where link.conversation.peer?.peer == peer && link.conversation.speaksOfLeadership {
            guard link.unsentLength <= PeerExchange.letterBacklog else { return }
            return self.step(link.id, now: now) { $0.tell(leadership: bytes, at: now) }
        }
        self.outgoingLetters.removeAll { $0.until <= now }
        if self.outgoingLetters.count >= PeerExchange.letterMaximum { self.outgoingLetters.removeFirst() }
        self.outgoingLetters.append(
            OutgoingLetter(peer: peer, bytes: bytes, until: now + PeerExchange.letterPatience))
        guard let member = self.roster.member(with: peer) else { return }
        let isCalled = self.links.contains { ($0.member ?? $0.dialled) == member.id }
        if !isCalled { self.schedule.peerReturned(member.id.rawValue, at: now) }
    }

    /// What waits for a link to the peer; it waits no longer.
    func takeLetters(for peer: PeerID, now: Instant) -> [[UInt8]] {
        guard !self.outgoingLetters.isEmpty else { return [] }
        let mine = self.outgoingLetters.filter { $0.peer == peer && $0.until > now }.map(\.bytes)
        self.outgoingLetters.removeAll { $0.peer == peer || $0.until <= now }
        return mine
    }

    /// Keeps the links to these, and no others, whatever the limits of conversations say.
    func keepLinks(to peers: [PeerID], now: Instant) {
        guard peers != self.keptPeers else { return }
        self.keptPeers = peers
        for link in self.links {
            guard let peer = link.conversation.peer?.peer else { continue }
            let isKept = peers.contains(peer)
            guard link.conversation.isKept != isKept else { continue }
            link.conversation.isKept = isKept
            if isKept, let member = link.member { self.schedule.conversationKept(with: member.rawValue) }
            if let deadline = link.conversation.deadline { link.deadline = min(link.deadline ?? deadline, deadline) }
        }
    }

    /// Has a round take place with the peer soon: it lacks something.
    func converse(with peer: PeerID, now: Instant) {
        for link in self.links where link.conversation.peer?.peer == peer && link.conversation.isEstablished {
            return self.step(link.id, now: now) { $0.news(at: now) }
        }
        if let member = self.roster.member(with: peer) { self.schedule.peerReturned(member.id.rawValue, at: now) }
    }

    /// Other nodes that are known by their peer IDs.
    var knownCount: Int { self.roster.members.count { $0.peer != nil } }

    /// Other nodes that are known and answer.
    package var peerCount: Int { self.roster.members.count { $0.peer != nil && $0.isReachable } }

    /// What leader mode is to know of the other nodes.
    var neighbours: Neighbours {
        var neighbours = Neighbours(known: [], reachable: [], departed: self.roster.departed)
        neighbours.departed += self.roster.forgotten.map(\.peer.peer)
        for member in self.roster.members {
            guard let peer = member.peer else { continue }
            neighbours.known.append(peer)
            if member.isReachable { neighbours.reachable.append(peer) }
        }
        neighbours.known.sort()
        neighbours.reachable.sort()
        return neighbours
    }
}
