import Causality

/// Counts the answers to one request for votes.
struct Tally: Sendable {
    private(set) var granted: [PeerID] = []
    private var refused: [PeerID] = []

    /// Takes in an answer; a second one of the same peer changes nothing.
    mutating func add(_ peer: PeerID, isGranted: Bool) {
        guard !self.granted.contains(peer), !self.refused.contains(peer) else { return }
        if isGranted { self.granted.append(peer) } else { self.refused.append(peer) }
    }

    /// Whether the votes of these voters decide it; nil while they do not.
    func isWon(among electorate: Electorate) -> Bool? {
        if self.granted.count(where: electorate.isVoter) >= electorate.majority { return true }
        let lost = self.refused.count(where: electorate.isVoter)
        return electorate.voters.count - lost < electorate.majority ? false : nil
    }
}
