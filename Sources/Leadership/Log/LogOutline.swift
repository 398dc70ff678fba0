/// What the decider knows of its log: terms, sizes and members, not the entries themselves.
///
/// Entries up to the base have been replaced by a snapshot, or are the state before the first entry.
/// A term takes one run however many entries it has; an entry takes eight bytes.
///
/// - Invariant: Runs ascend strictly in index and term; each begins above the base and not above the last
///   entry; the first begins right above the base unless there is none. `ends` has one sum for each entry.
package struct LogOutline: Hashable, Sendable {
    private struct Run: Hashable, Sendable {
        let first: UInt64
        let term: Term
    }

    private struct Members: Hashable, Sendable {
        let index: UInt64
        let electorate: Electorate
    }

    /// The last position that is no longer here as an entry.
    package private(set) var base: LogPosition
    private var runs: [Run] = []
    /// Bytes of the entries from the first up to each; the sums go on when entries are dropped in front.
    private var ends: [UInt64] = []
    private var dropped: UInt64 = 0
    /// Members as of an index, oldest first; the first holds at the base.
    private var electorates: [Members]

    /// A log without entries whose state before the first has these members.
    package init(base: LogPosition = .zero, electorate: Electorate) {
        self.base = base
        self.electorates = [Members(index: base.index, electorate: electorate)]
    }

    /// The position of the last entry, or the base.
    package var last: LogPosition {
        guard let run = self.runs.last else { return self.base }
        return LogPosition(index: self.base.index + UInt64(self.ends.count), term: run.term)
    }

    /// Who the members are: a change holds from its entry on, committed or not (thesis, section 4.1).
    package var electorate: Electorate {
        // The first element is never removed, only replaced.
        self.electorates[self.electorates.count - 1].electorate
    }

    /// The entry that the present members come from, or the base.
    package var electorateIndex: UInt64 {
        self.electorates[self.electorates.count - 1].index
    }

    /// The members as of an entry that is not below the base.
    package func electorate(at index: UInt64) -> Electorate {
        (self.electorates.last { $0.index <= index } ?? self.electorates[0]).electorate
    }

    /// The term of an entry or of the base; nil for what is not here.
    ///
    /// - Complexity: O(log n) in the terms.
    package func term(at index: UInt64) -> Term? {
        if index == self.base.index { return self.base.term }
        guard index > self.base.index, index <= self.last.index else { return nil }
        return self.runs[self.runIndex(of: index)].term
    }

    /// The position of an entry or of the base; nil for what is not here.
    package func position(at index: UInt64) -> LogPosition? {
        self.term(at: index).map { LogPosition(index: index, term: $0) }
    }

    /// The last position not above `hint` in index nor in term: where another log that says so may still
    /// agree with this one. One answer skips all entries of a term (Raft, end of section 5.3).
    package func lastPosition(notAbove hint: LogPosition) -> LogPosition {
        let index = min(hint.index, self.last.index)
        guard index > self.base.index else { return self.base }
        var run = self.runIndex(of: index)
        var found = index
        while self.runs[run].term > hint.term {
            found = self.runs[run].first - 1
            guard run > 0 else { return self.base }
            run -= 1
        }
        return LogPosition(index: found, term: self.runs[run].term)
    }

    /// Bytes of the entries above `lower` up to and with `upper`.
    ///
    /// - Precondition: `base.index <= lower <= upper <= last.index`.
    package func bytes(above lower: UInt64, through upper: UInt64) -> UInt64 {
        self.end(at: upper) - self.end(at: lower)
    }

    /// The last of the entries above `lower` that together take up at most so much; one at least.
    ///
    /// - Precondition: `base.index <= lower < last.index`.
    package func chunk(above lower: UInt64, count: Int, bytes: UInt64) -> UInt64 {
        let highest = min(self.last.index, lower + UInt64(max(1, count)))
        let limit = self.end(at: lower) + bytes
        var index = lower + 1
        while index < highest, self.end(at: index + 1) <= limit { index += 1 }
        return index
    }

    /// - Precondition: the entry follows the last, and its term is not lower.
    package mutating func append(_ entry: LeadershipEntry) {
        let last = self.last
        precondition(
            entry.position.index == last.index + 1 && entry.position.term >= last.term,
            "entry \(entry.position) after \(last)")
        if self.runs.last?.term != entry.position.term {
            self.runs.append(Run(first: entry.position.index, term: entry.position.term))
        }
        self.ends.append((self.ends.last ?? self.dropped) + UInt64(entry.size))
        if case .electorate(let electorate) = entry.content {
            self.electorates.append(Members(index: entry.position.index, electorate: electorate))
        }
    }

    /// Gives up every entry above `index`, and the members that came with them.
    ///
    /// - Precondition: `index` is not below the base.
    package mutating func truncate(after index: UInt64) {
        precondition(index >= self.base.index, "truncating after \(index), below the base \(self.base)")
        guard index < self.last.index else { return }
        self.ends.removeLast(Int(self.last.index - index))
        while let run = self.runs.last, run.first > index { self.runs.removeLast() }
        while self.electorates.count > 1, self.electorates[self.electorates.count - 1].index > index {
            self.electorates.removeLast()
        }
    }

    /// A snapshot now stands for every entry up to `index`.
    ///
    /// - Precondition: `index` is an entry's or the base's.
    package mutating func compact(through index: UInt64) {
        guard index > self.base.index, let position = self.position(at: index) else { return }
        let electorate = self.electorate(at: index)
        let lastIndex = self.last.index
        self.dropped = self.end(at: index)
        self.ends.removeFirst(Int(index - self.base.index))
        let run = self.runs.lastIndex { $0.first <= index } ?? 0
        let term = self.runs[run].term
        self.runs.removeFirst(run + 1)
        if index < lastIndex, self.runs.first?.first != index + 1 {
            self.runs.insert(Run(first: index + 1, term: term), at: 0)
        }
        self.base = position
        self.electorates.removeAll { $0.index <= index }
        self.electorates.insert(Members(index: index, electorate: electorate), at: 0)
    }

    private func end(at index: UInt64) -> UInt64 {
        index == self.base.index ? self.dropped : self.ends[Int(index - self.base.index) - 1]
    }

    /// The run that an entry above the base belongs to.
    private func runIndex(of index: UInt64) -> Int {
        var low = 0
        var high = self.runs.count
        while low + 1 < high {
            let middle = (low + high) / 2
            if self.runs[middle].first <= index { low = middle } else { high = middle }
        }
        return low
    }
}
