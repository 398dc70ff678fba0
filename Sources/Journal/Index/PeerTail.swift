import Causality

/// The live records of one peer by sequence: which slot holds each.
///
/// Appending is O(1), everything else O(log n). Work per removal is bounded: a run drops its dead pairs when
/// they are half of it, and joins its neighbour when both have become small.
final class PeerTail {
    let peer: PeerID
    // Every record that comes or goes asks for these. That nothing changes while they are walked is made sure
    // by `changeCount` instead.
    @exclusivity(unchecked) private var uncheckedChunks: [TailChunk] = []
    private(set) var liveCount = 0
    private(set) var allocatedBytes = 0
    private var changeCount: UInt64 = 0

    init(peer: PeerID) {
        self.peer = peer
    }

    private var chunks: [TailChunk] {
        _read { yield unsafe self.uncheckedChunks }
        _modify { yield unsafe &self.uncheckedChunks }
    }

    deinit {
        for chunk in self.chunks { chunk.release() }
    }

    /// Adds a pair; one of the same sequence is replaced.
    func insert(_ sequence: UInt64, _ id: UInt32) {
        self.changeCount += 1
        let index = self.makeRoom(for: sequence)
        self.allocatedBytes -= self.chunks[index].allocatedBytes
        if !self.chunks[index].insert(sequence, id) { self.liveCount += 1 }
        self.allocatedBytes += self.chunks[index].allocatedBytes
    }

    /// Takes a pair out, if there is one.
    func remove(_ sequence: UInt64) {
        guard let index = self.chunk(for: sequence), self.chunks[index].remove(sequence) else { return }
        self.changeCount += 1
        self.liveCount -= 1
        let isLast = index == self.chunks.count - 1
        let dead = self.chunks[index].dead
        guard dead == self.chunks[index].count || (dead >= 16 && dead * 2 > self.chunks[index].count) else { return }
        self.allocatedBytes -= self.chunks[index].allocatedBytes
        self.chunks[index].compact(keepingCapacity: isLast)
        self.allocatedBytes += self.chunks[index].allocatedBytes
        if self.chunks[index].count == 0, !isLast {
            self.drop(at: index).release()
        } else {
            if !isLast { self.join(index) }
            if index > 0 { self.join(index - 1) }
        }
    }

    /// Returns the slot of that sequence; nil if no live record has it.
    func slot(of sequence: UInt64) -> UInt32? {
        guard let found = self.next(atOrAfter: sequence), found.sequence == sequence else { return nil }
        return found.id
    }

    /// Returns the first live pair from `sequence` on.
    func next(atOrAfter sequence: UInt64) -> (sequence: UInt64, id: UInt32)? {
        var result: (sequence: UInt64, id: UInt32)?
        self.forEach(in: sequence...UInt64.max) { found, id in
            result = (found, id)
            return false
        }
        return result
    }

    /// Calls `body` with the live pairs in the range, ascending, until it returns false.
    ///
    /// - Precondition: `body` does not change the pairs.
    func forEach(in range: ClosedRange<UInt64>, _ body: (UInt64, UInt32) -> Bool) {
        let changeCount = self.changeCount
        var index = self.chunk(for: range.lowerBound) ?? 0
        while index < self.chunks.count {
            let chunk = self.chunks[index]
            if chunk.base > range.upperBound { return }
            for offset in chunk.lowerBound(range.lowerBound)..<chunk.count {
                let sequence = chunk.sequence(at: offset)
                if sequence > range.upperBound { return }
                guard let id = chunk.slot(at: offset) else { continue }
                if !body(sequence, id) { return }
                precondition(self.changeCount == changeCount, "a tail was changed while it was walked")
            }
            index += 1
        }
    }

    /// Returns the last run whose base is not above the sequence.
    private func chunk(for sequence: UInt64) -> Int? {
        var high = self.chunks.count
        guard high > 0 else { return nil }
        if self.chunks[high - 1].base <= sequence { return high - 1 }
        var low = 0
        while low < high {
            let middle = (low + high) / 2
            if self.chunks[middle].base <= sequence { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? low - 1 : nil
    }

    /// Returns the run that can take the sequence, made if need be.
    private func makeRoom(for sequence: UInt64) -> Int {
        guard var index = self.chunk(for: sequence) else {
            if let first = self.chunks.first, !first.isFull, self.chunks[0].lowerBase(to: sequence) { return 0 }
            return self.add(TailChunk(base: sequence), at: 0)
        }
        let chunk = self.chunks[index]
        if chunk.count > 0, !chunk.reaches(sequence) { return self.add(TailChunk(base: sequence), at: index + 1) }
        guard chunk.isFull else { return index }
        if sequence > chunk.last {
            let capacity = index == self.chunks.count - 1 ? TailChunk.countMaximum : 16
            return self.add(TailChunk(base: sequence, capacity: capacity), at: index + 1)
        }
        let second = self.chunks[index].split()
        let at = self.add(second, at: index + 1)
        if second.base <= sequence { index = at }
        return index
    }

    private func join(_ index: Int) {
        // The run that appending goes on with is left alone: it would only be cut again.
        guard index + 1 < self.chunks.count - 1 else { return }
        self.allocatedBytes -= self.chunks[index].allocatedBytes
        let next = self.chunks[index + 1]
        if self.chunks[index].absorb(next) {
            self.chunks.remove(at: index + 1)
            self.allocatedBytes -= next.allocatedBytes
        }
        self.allocatedBytes += self.chunks[index].allocatedBytes
    }

    private func add(_ chunk: TailChunk, at index: Int) -> Int {
        self.chunks.insert(chunk, at: index)
        self.allocatedBytes += chunk.allocatedBytes
        return index
    }

    private func drop(at index: Int) -> TailChunk {
        self.allocatedBytes -= self.chunks[index].allocatedBytes
        return self.chunks.remove(at: index)
    }
}
