/// A hash table of slot numbers: open addressing, linear probing, no tombstones.
///
/// A place holds 32 bits of the key's hash and the slot's number. The hash's home is its share of the table
/// (`hash * places / 2^32`), so growing walks both tables front to back and never touches a key, and the number
/// of places need not be a power of two. The order of the table is never observable.
///
/// - Invariant: at most four fifths of the places are taken; between an entry and its home there is no empty one.
@safe
struct KeyHash: ~Copyable {
    private static let empty = UInt64.max
    private static let placesMinimum = 16

    private let seed: UInt64
    private var places: UnsafeMutablePointer<UInt64>
    private var placeCount: Int
    private(set) var count = 0

    init(seed: UInt64) {
        self.seed = seed
        self.placeCount = Self.placesMinimum
        unsafe self.places = Self.allocate(Self.placesMinimum)
    }

    deinit {
        unsafe self.places.deallocate()
    }

    var approximateBytes: Int {
        self.placeCount * MemoryLayout<UInt64>.stride
    }

    /// Returns the part of the key's hash that the table works with.
    func hash(_ key: UnsafeRawBufferPointer) -> UInt32 {
        unsafe UInt32(truncatingIfNeeded: KeyBytes.hash(key, seed: self.seed) >> 32)
    }

    /// Returns the slot of the key; nil if there is none.
    func find(_ key: UnsafeRawBufferPointer, hash: UInt32, in slots: borrowing KeySlots) -> UInt32? {
        var place = self.home(hash)
        while true {
            let entry = unsafe self.places[place]
            if entry == Self.empty { return nil }
            let id = UInt32(truncatingIfNeeded: entry)
            if UInt32(truncatingIfNeeded: entry >> 32) == hash, unsafe KeyBytes.equal(slots.key(id), key) { return id }
            place = self.next(place)
        }
    }

    /// Makes room for `count` slots in all.
    mutating func reserve(_ count: Int) {
        let wanted = count + count / 4 + Self.placesMinimum
        if wanted > self.placeCount { self.resize(to: wanted) }
    }

    /// Adds a slot, which MUST NOT be in the table.
    mutating func insert(_ id: UInt32, hash: UInt32) {
        if (self.count + 1) * 5 > self.placeCount * 4 { self.resize(to: self.placeCount + self.placeCount / 2) }
        self.count += 1
        self.place(UInt64(hash) << 32 | UInt64(id))
    }

    /// Takes a slot out and closes the gap.
    mutating func remove(_ id: UInt32, hash: UInt32) {
        let entry = UInt64(hash) << 32 | UInt64(id)
        var gap = self.home(hash)
        while unsafe self.places[gap] != entry {
            if unsafe self.places[gap] == Self.empty { return }
            gap = self.next(gap)
        }
        var place = self.next(gap)
        while unsafe self.places[place] != Self.empty {
            let moving = unsafe self.places[place]
            let home = self.home(UInt32(truncatingIfNeeded: moving >> 32))
            if self.distance(from: home, to: place) >= self.distance(from: gap, to: place) {
                unsafe self.places[gap] = moving
                gap = place
            }
            place = self.next(place)
        }
        unsafe self.places[gap] = Self.empty
        self.count -= 1
        if self.count * 5 < self.placeCount, self.placeCount >= Self.placesMinimum * 4 {
            self.resize(to: self.placeCount / 2)
        }
    }

    private func home(_ hash: UInt32) -> Int {
        Int(truncatingIfNeeded: (UInt64(hash) &* UInt64(self.placeCount)) >> 32)
    }

    private func next(_ place: Int) -> Int {
        place + 1 == self.placeCount ? 0 : place + 1
    }

    private func distance(from home: Int, to place: Int) -> Int {
        place >= home ? place - home : place + self.placeCount - home
    }

    private mutating func place(_ entry: UInt64) {
        var place = self.home(UInt32(truncatingIfNeeded: entry >> 32))
        while unsafe self.places[place] != Self.empty { place = self.next(place) }
        unsafe self.places[place] = entry
    }

    private mutating func resize(to newCount: Int) {
        let old = unsafe self.places
        let oldCount = self.placeCount
        unsafe self.places = Self.allocate(newCount)
        self.placeCount = newCount
        for index in 0..<oldCount where unsafe old[index] != Self.empty {
            unsafe self.place(old[index])
        }
        unsafe old.deallocate()
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<UInt64> {
        let places = UnsafeMutablePointer<UInt64>.allocate(capacity: count)
        unsafe places.initialize(repeating: Self.empty, count: count)
        return unsafe places
    }
}
