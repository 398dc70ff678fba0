/// Slot numbers in the order of their keys: an array of sorted runs.
///
/// Two levels are enough: ten million keys make some 25,000 runs, whose array moves within microseconds when one
/// is added, once in a few hundred insertions.
///
/// - Invariant: no run is empty, and each begins after the one before ends.
@safe
struct KeyOrder: ~Copyable {
    /// A place between or at entries: a run and an offset in it.
    struct Position: Comparable {
        var chunk: Int
        var offset: Int

        static func < (left: Position, right: Position) -> Bool {
            left.chunk == right.chunk ? left.offset < right.offset : left.chunk < right.chunk
        }
    }

    private static let countMinimum = 128
    private static let joinedCountMaximum = 384

    private var chunks: [OrderChunk] = []
    private(set) var count = 0
    private(set) var allocatedBytes = 0

    deinit {
        for chunk in self.chunks { chunk.release() }
    }

    /// Returns the position of the first entry.
    var start: Position {
        Position(chunk: 0, offset: 0)
    }

    /// Returns the position after the last entry.
    var end: Position {
        Position(chunk: self.chunks.count, offset: 0)
    }

    /// Returns the position of the first entry whose key is not before `key`.
    ///
    /// - Complexity: O(log n), as of all operations here.
    func lowerBound(_ key: UnsafeRawBufferPointer, in slots: borrowing KeySlots) -> Position {
        guard let chunk = unsafe self.chunk(for: key, in: slots) else { return self.start }
        return self.normal(Position(chunk: chunk, offset: unsafe self.chunks[chunk].lowerBound(key, in: slots)))
    }

    /// Returns the position of the first entry whose key is after `key`.
    func upperBound(_ key: UnsafeRawBufferPointer, in slots: borrowing KeySlots) -> Position {
        var position = unsafe self.lowerBound(key, in: slots)
        if position < self.end, unsafe KeyBytes.equal(slots.key(self[position]), key) {
            position.offset += 1
            return self.normal(position)
        }
        return position
    }

    /// - Precondition: the position is that of an entry.
    subscript(position: Position) -> UInt32 {
        self.chunks[position.chunk][position.offset]
    }

    /// Returns the position of the next entry.
    func position(after position: Position) -> Position {
        self.normal(Position(chunk: position.chunk, offset: position.offset + 1))
    }

    /// Returns the position of the entry before; the position MUST NOT be the start.
    func position(before position: Position) -> Position {
        if position.offset > 0 { return Position(chunk: position.chunk, offset: position.offset - 1) }
        return Position(chunk: position.chunk - 1, offset: self.chunks[position.chunk - 1].count - 1)
    }

    /// The slot with the last key.
    var last: UInt32? {
        guard let chunk = self.chunks.last else { return nil }
        return chunk[chunk.count - 1]
    }

    /// Adds a slot whose key comes after all others.
    mutating func append(_ id: UInt32, in slots: borrowing KeySlots) {
        let key = unsafe slots.key(id)
        self.count += 1
        let index = self.chunks.count - 1
        guard index >= 0, self.chunks[index].count < Self.joinedCountMaximum else {
            unsafe self.add(OrderChunk(id, key: key), at: index + 1)
            return
        }
        self.allocatedBytes -= self.chunks[index].allocatedBytes
        unsafe self.chunks[index].insert(id, key: key, at: self.chunks[index].count, in: slots)
        self.allocatedBytes += self.chunks[index].allocatedBytes
    }

    /// Adds a slot whose key is not in the order yet.
    mutating func insert(_ id: UInt32, in slots: borrowing KeySlots) {
        let key = unsafe slots.key(id)
        self.count += 1
        guard var index = unsafe self.chunk(for: key, in: slots) else {
            unsafe self.add(OrderChunk(id, key: key), at: 0)
            return
        }
        var offset = unsafe self.chunks[index].lowerBound(key, in: slots)
        if self.chunks[index].count == OrderChunk.countMaximum {
            // Keys that come in ascending or descending order leave full runs behind.
            if index == self.chunks.count - 1, offset == OrderChunk.countMaximum {
                unsafe self.add(OrderChunk(id, key: key), at: index + 1)
                return
            }
            if index == 0, offset == 0 {
                unsafe self.add(OrderChunk(id, key: key), at: 0)
                return
            }
            self.allocatedBytes -= self.chunks[index].allocatedBytes
            let second = self.chunks[index].split(in: slots)
            self.allocatedBytes += self.chunks[index].allocatedBytes
            self.add(second, at: index + 1)
            if offset > self.chunks[index].count {
                offset -= self.chunks[index].count
                index += 1
            }
        }
        self.allocatedBytes -= self.chunks[index].allocatedBytes
        unsafe self.chunks[index].insert(id, key: key, at: offset, in: slots)
        self.allocatedBytes += self.chunks[index].allocatedBytes
    }

    /// Takes a slot out, if it is in the order.
    mutating func remove(_ id: UInt32, in slots: borrowing KeySlots) {
        let position = unsafe self.lowerBound(slots.key(id), in: slots)
        guard position < self.end, self[position] == id else { return }
        let index = position.chunk
        self.count -= 1
        self.allocatedBytes -= self.chunks[index].allocatedBytes
        self.chunks[index].remove(at: position.offset, in: slots)
        self.allocatedBytes += self.chunks[index].allocatedBytes
        if self.chunks[index].count == 0 {
            self.drop(at: index).release()
        } else if self.chunks[index].count < Self.countMinimum {
            if index + 1 < self.chunks.count { self.join(index, in: slots) }
            if index > 0 { self.join(index - 1, in: slots) }
        }
    }

    /// Joins a run with the next, if both together leave room to grow.
    private mutating func join(_ index: Int, in slots: borrowing KeySlots) {
        guard self.chunks[index].count + self.chunks[index + 1].count <= Self.joinedCountMaximum else { return }
        let next = self.drop(at: index + 1)
        self.allocatedBytes -= self.chunks[index].allocatedBytes
        self.chunks[index].append(next, in: slots)
        self.allocatedBytes += self.chunks[index].allocatedBytes
    }

    private mutating func add(_ chunk: OrderChunk, at index: Int) {
        self.chunks.insert(chunk, at: index)
        self.allocatedBytes += chunk.allocatedBytes
    }

    private mutating func drop(at index: Int) -> OrderChunk {
        self.allocatedBytes -= self.chunks[index].allocatedBytes
        return self.chunks.remove(at: index)
    }

    /// Returns the last run that does not begin after `key`, else the first; nil if there is none.
    private func chunk(for key: UnsafeRawBufferPointer, in slots: borrowing KeySlots) -> Int? {
        if self.chunks.isEmpty { return nil }
        let head = unsafe KeyBytes.prefix(of: key, from: 0)
        var low = 0
        var high = self.chunks.count
        while low < high {
            let middle = (low + high) / 2
            if unsafe self.chunks[middle].begins(after: key, head: head, in: slots) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return max(low - 1, 0)
    }

    /// The same place, written as the start of the next run where it is the end of one.
    private func normal(_ position: Position) -> Position {
        guard position.chunk < self.chunks.count, position.offset == self.chunks[position.chunk].count else {
            return position
        }
        return Position(chunk: position.chunk + 1, offset: 0)
    }
}
