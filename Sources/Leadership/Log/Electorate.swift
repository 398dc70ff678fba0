package import Causality

/// Who decides, and who only listens.
///
/// - Invariant: Both lists are sorted, no peer stands twice in them, and together they are not longer than
///   ``maximumCount``.
package struct Electorate: Hashable, Sendable {
    /// Members in both lists together; a bound on what is read from outside.
    package static let maximumCount = 63

    /// Whose disks and votes make a majority.
    package let voters: [PeerID]
    /// Members that receive entries and have no vote: they catch up before they count (thesis, section 4.2.1).
    package let learners: [PeerID]

    /// The members in any order; nil if a peer stands twice or there are too many.
    package init?(voters: [PeerID], learners: [PeerID] = []) {
        let all = (voters + learners).sorted()
        guard all.count <= Self.maximumCount, zip(all, all.dropFirst()).allSatisfy({ $0 != $1 }) else { return nil }
        self.voters = voters.sorted()
        self.learners = learners.sorted()
    }

    private init() {
        self.voters = []
        self.learners = []
    }

    /// Nobody: a node that has not been told yet neither votes nor stands.
    package static let empty = Electorate()

    /// Votes that make a majority.
    package var majority: Int { self.voters.count / 2 + 1 }

    /// All members, voters first.
    package var members: [PeerID] { self.voters + self.learners }

    package func isVoter(_ peer: PeerID) -> Bool {
        self.voters.contains(peer)
    }

    /// The highest value that a majority of the voters has reached; nil without voters.
    ///
    /// - Complexity: O(n log n) in the voters.
    package func reachedByMajority<Value: Comparable>(_ value: (PeerID) -> Value) -> Value? {
        guard !self.voters.isEmpty else { return nil }
        return self.voters.map(value).sorted(by: >)[self.majority - 1]
    }

    /// The members after one change; nil if it changes nothing, or would leave nobody who votes.
    package func applying(_ change: ElectorateChange) -> Electorate? {
        switch change {
        case .addLearner(let peer):
            guard !self.members.contains(peer) else { return nil }
            return Electorate(voters: self.voters, learners: self.learners + [peer])
        case .promote(let peer):
            guard self.learners.contains(peer) else { return nil }
            return Electorate(voters: self.voters + [peer], learners: self.learners.filter { $0 != peer })
        case .remove(let peer):
            guard self.members.contains(peer), self.voters != [peer] else { return nil }
            return Electorate(
                voters: self.voters.filter { $0 != peer }, learners: self.learners.filter { $0 != peer })
        }
    }
}
