/// A sorted run of up to 512 (sequence, slot) pairs of one peer, eight bytes each.
///
/// Sequences are kept as 32-bit distances from `base`. A pair whose record is gone stays as a dead one until
/// there are many. Memory belongs to the ``PeerTail``, which MUST call ``release()``.
///
/// - Invariant: `base` is not above the first sequence; `dead` counts the pairs without a slot.
@safe
struct TailChunk {
    static let countMaximum = 512
    private static let noSlot = UInt64(UInt32.max)

    private var entries: UnsafeMutablePointer<UInt64>
    private(set) var base: UInt64
    /// The last pair's distance from `base`; 0 if there is none. Kept here so that a search need not fetch it.
    private var span: UInt32 = 0
    private var storedCapacity: UInt16
    private var storedCount: UInt16 = 0
    private var storedDead: UInt16 = 0

    init(base: UInt64, capacity: Int = 16) {
        self.base = base
        self.storedCapacity = UInt16(capacity)
        unsafe self.entries = .allocate(capacity: capacity)
    }

    /// How many pairs there are, dead or not. At most 512, like the two below, so 16 bits hold it.
    private(set) var count: Int {
        get { Int(self.storedCount) }
        set { self.storedCount = UInt16(newValue) }
    }

    private(set) var dead: Int {
        get { Int(self.storedDead) }
        set { self.storedDead = UInt16(newValue) }
    }

    private(set) var capacity: Int {
        get { Int(self.storedCapacity) }
        set { self.storedCapacity = UInt16(newValue) }
    }

    func release() {
        unsafe self.entries.deallocate()
    }

    var allocatedBytes: Int {
        self.capacity * MemoryLayout<UInt64>.stride
    }

    var isFull: Bool {
        self.count == Self.countMaximum
    }

    /// The last sequence, dead or not; `base` if there is none.
    var last: UInt64 {
        self.base + UInt64(self.span)
    }

    func sequence(at index: Int) -> UInt64 {
        precondition(index >= 0 && index < self.count)
        return unsafe self.base + self.entries[index] >> 32
    }

    /// Returns the pair's slot; nil for a dead one.
    func slot(at index: Int) -> UInt32? {
        precondition(index >= 0 && index < self.count)
        let id = unsafe self.entries[index] & Self.noSlot
        return id == Self.noSlot ? nil : UInt32(id)
    }

    /// Whether the sequence is close enough to `base`.
    func reaches(_ sequence: UInt64) -> Bool {
        sequence >= self.base && sequence - self.base <= UInt64(UInt32.max)
    }

    /// Returns the index of the first pair, dead or not, whose sequence is not below `sequence`.
    func lowerBound(_ sequence: UInt64) -> Int {
        guard self.count > 0, sequence > self.base else { return 0 }
        guard self.reaches(sequence) else { return self.count }
        let wanted = sequence - self.base
        let last = UInt64(self.span)
        if wanted > last { return self.count }
        // Where the pair is if they are spread evenly; without gaps that is exact. From there in growing steps,
        // since a binary search over the run would miss the cache at each of its first steps.
        let guess = Int(wanted * UInt64(self.count - 1) / last)
        var step = 1
        var low = guess
        var high = guess
        if unsafe self.entries[guess] >> 32 < wanted {
            repeat {
                low = high + 1
                high = min(high + step, self.count - 1)
                step *= 2
            } while unsafe self.entries[high] >> 32 < wanted
        } else {
            while low > 0, unsafe self.entries[low - 1] >> 32 >= wanted {
                high = low - 1
                low = max(low - step, 0)
                step *= 2
            }
        }
        while low < high {
            let middle = (low + high) / 2
            if unsafe self.entries[middle] >> 32 < wanted { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Adds a pair; one of the same sequence is replaced. Returns whether a live one was.
    ///
    /// - Precondition: the run is not full and reaches the sequence.
    mutating func insert(_ sequence: UInt64, _ id: UInt32) -> Bool {
        if self.count == 0, sequence > self.base { self.base = sequence }
        precondition(self.reaches(sequence))
        let entry = (sequence - self.base) << 32 | UInt64(id)
        let index = self.lowerBound(sequence)
        if index < self.count, self.sequence(at: index) == sequence {
            let wasLive = self.slot(at: index) != nil
            if !wasLive { self.dead -= 1 }
            unsafe self.entries[index] = entry
            return wasLive
        }
        precondition(!self.isFull)
        if self.count == self.capacity { self.reallocate(self.capacity * 2) }
        unsafe (self.entries + index + 1).update(from: self.entries + index, count: self.count - index)
        unsafe self.entries[index] = entry
        self.count += 1
        self.noteSpan()
        return false
    }

    /// Marks the pair dead; false if there is no live one.
    mutating func remove(_ sequence: UInt64) -> Bool {
        let index = self.lowerBound(sequence)
        guard index < self.count, self.sequence(at: index) == sequence, self.slot(at: index) != nil else {
            return false
        }
        unsafe self.entries[index] |= Self.noSlot
        self.dead += 1
        return true
    }

    /// Drops the dead pairs, and memory that is no longer needed unless the run will grow again.
    mutating func compact(keepingCapacity: Bool) {
        var kept = 0
        for index in 0..<self.count where self.slot(at: index) != nil {
            unsafe self.entries[kept] = self.entries[index]
            kept += 1
        }
        self.count = kept
        self.dead = 0
        self.noteSpan()
        if !keepingCapacity, kept * 2 <= self.capacity, self.capacity > 16 { self.reallocate(kept) }
    }

    /// Moves the base down to `base`; false, and no change, if the last pair would be out of reach.
    mutating func lowerBase(to base: UInt64) -> Bool {
        guard base <= self.base, self.last - base <= UInt64(UInt32.max) else { return false }
        let distance = (self.base - base) << 32
        for index in 0..<self.count { unsafe self.entries[index] += distance }
        self.base = base
        self.noteSpan()
        return true
    }

    /// Cuts the run in the middle and returns its second half.
    mutating func split() -> TailChunk {
        let kept = self.count / 2
        var other = TailChunk(base: self.sequence(at: kept), capacity: Self.countMaximum)
        for index in kept..<self.count { other.append(self, index) }
        self.count = kept
        self.dead -= other.dead
        self.noteSpan()
        return other
    }

    /// Takes over the live pairs of the run that follows this one and releases it; false, and no change, if they
    /// do not fit.
    mutating func absorb(_ other: TailChunk) -> Bool {
        guard self.count + other.count - other.dead <= Self.countMaximum / 2, self.reaches(other.last) else {
            return false
        }
        let needed = self.count + other.count - other.dead
        if self.capacity < needed { self.reallocate(needed) }
        for index in 0..<other.count where other.slot(at: index) != nil { self.append(other, index) }
        other.release()
        return true
    }

    private mutating func append(_ other: TailChunk, _ index: Int) {
        let distance = other.sequence(at: index) - self.base
        let id = other.slot(at: index)
        unsafe self.entries[self.count] = distance << 32 | (id.map { UInt64($0) } ?? Self.noSlot)
        self.count += 1
        if id == nil { self.dead += 1 }
        self.noteSpan()
    }

    private mutating func noteSpan() {
        self.span = self.count == 0 ? 0 : unsafe UInt32(truncatingIfNeeded: self.entries[self.count - 1] >> 32)
    }

    private mutating func reallocate(_ wanted: Int) {
        let capacity = min(max(wanted, self.count, 16), Self.countMaximum)
        let entries = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
        unsafe entries.initialize(from: self.entries, count: self.count)
        unsafe self.entries.deallocate()
        unsafe self.entries = unsafe entries
        self.capacity = capacity
    }
}
