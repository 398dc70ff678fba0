import Causality
import Platform

/// Remembers who claimed to lead, and finds claims that overlap.
struct ClaimLedger: Sendable {
    /// Claims remembered, and reports; the lowest terms are forgotten first.
    private static let capacity = 16
    /// Ascending by term, then leader.
    private var claims: [LeadershipClaim] = []
    /// Pairs that were reported, so that each is evidence once.
    private var reported: [SplitBrain] = []

    /// Takes in that `leader` shows itself as the leader of `term` now. Returns evidence not reported before.
    ///
    /// - Parameter tolerance: For how long a claim of a lower term may still arrive because it was on its way.
    mutating func note(_ leader: PeerID, in term: Term, tolerance: Delay, at now: Instant) -> [SplitBrain] {
        let place = self.claims.firstIndex { ($0.term, $0.leader) >= (term, leader) } ?? self.claims.count
        if place < self.claims.count, self.claims[place].term == term, self.claims[place].leader == leader {
            self.claims[place].last = max(self.claims[place].last, now)
            // Only a claim that has been overtaken becomes evidence by being made again.
            if place == self.claims.count - 1 { return [] }
        } else {
            self.claims.insert(LeadershipClaim(leader: leader, term: term, first: now, last: now), at: place)
        }
        let claim = self.claims[place]
        if self.claims.count > Self.capacity { self.claims.removeFirst() }
        return self.claims.filter { $0.leader != leader }.compactMap { other in
            let pair =
                claim.term < other.term
                ? SplitBrain(fenced: claim, standing: other) : SplitBrain(fenced: other, standing: claim)
            guard pair.fenced.last >= pair.standing.first + tolerance || claim.term == other.term else { return nil }
            return self.report(pair) ? pair : nil
        }
    }

    private mutating func report(_ pair: SplitBrain) -> Bool {
        let isKnown = self.reported.contains {
            $0.fenced.term == pair.fenced.term && $0.fenced.leader == pair.fenced.leader
                && $0.standing.term == pair.standing.term && $0.standing.leader == pair.standing.leader
        }
        guard !isKnown else { return false }
        self.reported.append(pair)
        if self.reported.count > Self.capacity { self.reported.removeFirst() }
        return true
    }
}
