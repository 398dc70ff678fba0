/// A set of small numbers: places in one key's list of writes. A bitmap, since keys have few writes.
package struct PlaceSet: Sendable {
    private var words: [UInt64] = []

    /// The empty set.
    package init() {}

    /// Whether nothing is in the set.
    package var isEmpty: Bool { self.words.allSatisfy { $0 == 0 } }

    /// How many places are in the set.
    package var count: Int { self.words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// Whether the place is in the set.
    package func contains(_ place: Int) -> Bool {
        place / 64 < self.words.count && self.words[place / 64] >> UInt64(place % 64) & 1 == 1
    }

    /// Adds a place.
    package mutating func insert(_ place: Int) {
        self.grow(to: place / 64 + 1)
        self.words[place / 64] |= 1 << UInt64(place % 64)
    }

    /// Adds all places of the other set.
    package mutating func formUnion(_ other: PlaceSet) {
        self.grow(to: other.words.count)
        for index in other.words.indices where other.words[index] != 0 { self.words[index] |= other.words[index] }
    }

    /// Adds the places of one set that another lacks.
    package mutating func formUnion(_ added: PlaceSet, without removed: PlaceSet) {
        self.grow(to: added.words.count)
        for index in added.words.indices {
            let word = index < removed.words.count ? added.words[index] & ~removed.words[index] : added.words[index]
            self.words[index] |= word
        }
    }

    /// The lowest place that both sets have; nil if there is none.
    package func firstCommon(with other: PlaceSet) -> Int? {
        for index in 0..<min(self.words.count, other.words.count) {
            let word = self.words[index] & other.words[index]
            if word != 0 { return index * 64 + word.trailingZeroBitCount }
        }
        return nil
    }

    /// The places that the other set lacks.
    package func subtracting(_ other: PlaceSet) -> PlaceSet {
        var result = self
        for index in 0..<min(self.words.count, other.words.count) { result.words[index] &= ~other.words[index] }
        return result
    }

    /// Whether both sets have the same places.
    package func hasSamePlaces(as other: PlaceSet) -> Bool {
        let common = min(self.words.count, other.words.count)
        for index in 0..<common where self.words[index] != other.words[index] { return false }
        for index in common..<self.words.count where self.words[index] != 0 { return false }
        for index in common..<other.words.count where other.words[index] != 0 { return false }
        return true
    }

    /// Calls `body` with each place, ascending. Does not allocate.
    func visit(_ body: (Int) -> Void) {
        for index in self.words.indices {
            var rest = self.words[index]
            while rest != 0 {
                body(index * 64 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
    }

    /// The places, ascending.
    package var places: [Int] {
        var result: [Int] = []
        self.visit { result.append($0) }
        return result
    }

    private mutating func grow(to count: Int) {
        guard self.words.count < count else { return }
        self.words.append(contentsOf: repeatElement(0, count: count - self.words.count))
    }
}
