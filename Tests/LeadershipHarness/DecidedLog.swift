import Causality
import Leadership

/// What has been decided, as seen from outside, and the safety properties of the paper's figure 3.
struct DecidedLog {
    private(set) var entries: [LeadershipEntry] = []
    /// For each entry, the term in which it was decided, or a later one.
    private var terms: [Term] = []
    private(set) var leaders: [Term: PeerID] = [:]

    /// Election safety: at most one leader in a term.
    mutating func leads(_ peer: PeerID, _ term: Term) -> String? {
        if let other = self.leaders[term], other != peer {
            return "election safety: \(other) and \(peer) both lead term \(term)"
        }
        self.leaders[term] = peer
        return nil
    }

    /// State machine safety: nobody applies another entry at an index.
    mutating func applies(_ peer: PeerID, _ entry: LeadershipEntry, in term: Term) -> String? {
        let index = Int(entry.position.index)
        if index == self.entries.count + 1 {
            self.entries.append(entry)
            self.terms.append(term)
            return nil
        }
        guard index <= self.entries.count else {
            return "state machine safety: \(peer) applies \(entry.position) after \(self.entries.count) were decided"
        }
        guard self.entries[index - 1] == entry else {
            let other = self.entries[index - 1].position
            return "state machine safety: \(peer) applies \(entry.position) where \(other) was decided"
        }
        return nil
    }

    /// Leader completeness: a leader's log holds everything that was decided in earlier terms.
    func completeness(of log: StoredLog, leader: PeerID, in term: Term) -> String? {
        for place in self.entries.indices.dropFirst(Int(log.base.position.index)) where self.terms[place] < term {
            guard log.entry(at: UInt64(place) + 1) == self.entries[place] else {
                return "leader completeness: \(leader) leads term \(term) without \(self.entries[place].position)"
            }
        }
        return nil
    }

    /// Log matching: two logs with an equal entry are equal up to it.
    static func matching(_ one: StoredLog, _ other: StoredLog) -> String? {
        let low = max(one.base.position.index, other.base.position.index)
        var index = min(one.last.index, other.last.index)
        var areEqual = false
        while index > low {
            let left = one.entry(at: index)
            let right = other.entry(at: index)
            if areEqual, left != right { return "log matching: the logs differ at \(index) below an equal entry" }
            if left?.position == right?.position {
                areEqual = true
                if left != right { return "log matching: two contents at \(index)" }
            }
            index -= 1
        }
        return nil
    }
}
