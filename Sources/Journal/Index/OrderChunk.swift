/// A sorted run of up to 512 slot numbers, with eight bytes of each key beside them.
///
/// The bytes are those after the first `skip`, which all keys of the run share; so a search seldom follows a
/// slot number, also where keys begin alike. Memory belongs to the ``KeyOrder``, which MUST call ``release()``.
///
/// - Invariant: never empty once in a ``KeyOrder``; `firstID` and `head` are the first entry's number and the first
///   eight bytes of its key.
@safe
struct OrderChunk {
    static let countMaximum = 512
    private static let bytesPerEntry = MemoryLayout<UInt64>.size + MemoryLayout<UInt32>.size

    private var prefixes: UnsafeMutablePointer<UInt64>
    private var ids: UnsafeMutablePointer<UInt32>
    private(set) var capacity: Int
    private(set) var count = 0
    private var skip = 0
    private(set) var firstID: UInt32 = 0
    private var head: UInt64 = 0

    /// A run of one.
    init(_ id: UInt32, key: UnsafeRawBufferPointer) {
        self.init(capacity: 16)
        self.skip = key.count
        unsafe self.prefixes.initialize(to: 0)
        unsafe self.ids.initialize(to: id)
        self.count = 1
        unsafe self.noteFirst(id, key)
    }

    private init(capacity: Int) {
        let block = UnsafeMutableRawPointer.allocate(byteCount: capacity * Self.bytesPerEntry, alignment: 8)
        unsafe self.prefixes = block.bindMemory(to: UInt64.self, capacity: capacity)
        unsafe self.ids = (block + capacity * MemoryLayout<UInt64>.size).bindMemory(to: UInt32.self, capacity: capacity)
        self.capacity = capacity
    }

    func release() {
        unsafe UnsafeMutableRawPointer(self.prefixes).deallocate()
    }

    var allocatedBytes: Int {
        self.capacity * Self.bytesPerEntry
    }

    subscript(offset: Int) -> UInt32 {
        precondition(offset >= 0 && offset < self.count, "entry \(offset) of \(self.count)")
        return unsafe self.ids[offset]
    }

    /// Whether the run's first key comes after `key`, whose first eight bytes are `head`.
    func begins(after key: UnsafeRawBufferPointer, head: UInt64, in slots: borrowing KeySlots) -> Bool {
        if self.head != head { return self.head > head }
        return unsafe KeyBytes.precedes(key, slots.key(self.firstID))
    }

    /// Returns the offset of the first key that is not before `key`.
    ///
    /// - Complexity: O(log n); follows slot numbers only where the eight bytes are equal.
    func lowerBound(_ key: UnsafeRawBufferPointer, in slots: borrowing KeySlots) -> Int {
        if self.skip > 0 {
            let first = unsafe slots.key(self.firstID)
            let shared = unsafe KeyBytes.sharedLength(key, first)
            if shared < self.skip {
                if shared == key.count { return 0 }
                return unsafe key[shared] < first[shared] ? 0 : self.count
            }
        }
        let prefix = unsafe KeyBytes.prefix(of: key, from: self.skip)
        var low = self.lowerBound(prefix)
        guard low < self.count, unsafe self.prefixes[low] == prefix else { return low }
        var high = prefix == .max ? self.count : self.lowerBound(prefix + 1)
        while low < high {
            let middle = (low + high) / 2
            if unsafe KeyBytes.precedes(slots.key(self.ids[middle]), key, known: self.skip) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// Puts a slot at its place.
    ///
    /// - Precondition: fewer than 512 entries.
    mutating func insert(_ id: UInt32, key: UnsafeRawBufferPointer, at offset: Int, in slots: borrowing KeySlots) {
        precondition(offset >= 0 && offset <= self.count && self.count < Self.countMaximum)
        if self.count == self.capacity {
            self.reallocate(self.capacity < 64 ? self.capacity * 2 : self.capacity + 32)
        }
        let shared = unsafe KeyBytes.sharedLength(key, slots.key(self.firstID))
        if shared < self.skip { self.setSkip(shared, in: slots) }
        let moved = self.count - offset
        unsafe (self.prefixes + offset + 1).update(from: self.prefixes + offset, count: moved)
        unsafe (self.ids + offset + 1).update(from: self.ids + offset, count: moved)
        unsafe self.prefixes[offset] = KeyBytes.prefix(of: key, from: self.skip)
        unsafe self.ids[offset] = id
        self.count += 1
        if offset == 0 { unsafe self.noteFirst(id, key) }
    }

    mutating func remove(at offset: Int, in slots: borrowing KeySlots) {
        precondition(offset >= 0 && offset < self.count, "entry \(offset) of \(self.count)")
        self.count -= 1
        let moved = self.count - offset
        unsafe (self.prefixes + offset).update(from: self.prefixes + offset + 1, count: moved)
        unsafe (self.ids + offset).update(from: self.ids + offset + 1, count: moved)
        if offset == 0, self.count > 0 { unsafe self.noteFirst(self.ids[0], slots.key(self.ids[0])) }
        if self.capacity - self.count > 96 { self.reallocate(self.count + 32) }
    }

    /// Cuts the run in the middle and returns its second half.
    mutating func split(in slots: borrowing KeySlots) -> OrderChunk {
        let kept = self.count / 2
        let moved = self.count - kept
        var other = OrderChunk(capacity: moved + 32)
        unsafe other.prefixes.initialize(from: self.prefixes + kept, count: moved)
        unsafe other.ids.initialize(from: self.ids + kept, count: moved)
        other.count = moved
        other.skip = self.skip
        unsafe other.noteFirst(other.ids[0], slots.key(other.ids[0]))
        self.count = kept
        self.reallocate(kept + 32)
        self.sharpen(in: slots)
        other.sharpen(in: slots)
        return other
    }

    /// Takes over the entries of the run that follows this one, and releases it.
    ///
    /// - Precondition: both together have at most 512 entries.
    mutating func append(_ other: OrderChunk, in slots: borrowing KeySlots) {
        precondition(self.count + other.count <= Self.countMaximum)
        if self.capacity < self.count + other.count { self.reallocate(self.count + other.count) }
        unsafe (self.ids + self.count).initialize(from: other.ids, count: other.count)
        self.count += other.count
        self.setSkip(self.sharedLength(in: slots), in: slots)
        other.release()
    }

    private func lowerBound(_ prefix: UInt64) -> Int {
        var low = 0
        var high = self.count
        while low < high {
            let middle = (low + high) / 2
            if unsafe self.prefixes[middle] < prefix { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func noteFirst(_ id: UInt32, _ key: UnsafeRawBufferPointer) {
        self.firstID = id
        self.head = unsafe KeyBytes.prefix(of: key, from: 0)
    }

    /// What the first and the last key share, all between them share too.
    private func sharedLength(in slots: borrowing KeySlots) -> Int {
        unsafe KeyBytes.sharedLength(slots.key(self.ids[0]), slots.key(self.ids[self.count - 1]))
    }

    /// Skips more bytes, if half of the bytes kept are the same in all keys by now.
    private mutating func sharpen(in slots: borrowing KeySlots) {
        let shared = self.sharedLength(in: slots)
        if shared >= self.skip + 4 { self.setSkip(shared, in: slots) }
    }

    private mutating func setSkip(_ skip: Int, in slots: borrowing KeySlots) {
        self.skip = skip
        for index in 0..<self.count {
            unsafe self.prefixes[index] = KeyBytes.prefix(of: slots.key(self.ids[index]), from: skip)
        }
    }

    private mutating func reallocate(_ wanted: Int) {
        let other = OrderChunk(capacity: min(max(wanted, self.count), Self.countMaximum))
        unsafe other.prefixes.initialize(from: self.prefixes, count: self.count)
        unsafe other.ids.initialize(from: self.ids, count: self.count)
        self.release()
        unsafe self.prefixes = other.prefixes
        unsafe self.ids = other.ids
        self.capacity = other.capacity
    }
}
