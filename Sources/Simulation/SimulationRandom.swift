/// The simulator's generator of random numbers: xoshiro256** (Blackman and Vigna, "Scrambled linear
/// pseudorandom number generators", 2021), its state filled by splitmix64.
///
/// It is small, fast and the same on every machine. Children are derived from the seed and a label,
/// not from the numbers drawn so far, so that a new draw in one place does not disturb the others.
package struct SimulationRandom: RandomNumberGenerator, Sendable {
    /// What the generator was made from.
    package let seed: UInt64
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// A generator whose numbers depend on the seed alone.
    package init(seed: UInt64) {
        self.seed = seed
        var filler = seed
        self.state = (
            Self.splitmix(&filler), Self.splitmix(&filler), Self.splitmix(&filler), Self.splitmix(&filler)
        )
    }

    /// Returns a generator that depends on the seed and the label alone.
    package func child(_ label: String) -> SimulationRandom {
        // FNV-1a folds the label into the seed; splitmix then spreads it.
        var folded = self.seed ^ 0xCBF2_9CE4_8422_2325
        for byte in label.utf8 {
            folded = (folded ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        return SimulationRandom(seed: Self.splitmix(&folded))
    }

    /// Returns a generator that depends on the seed and the number alone.
    package func child(_ ordinal: Int) -> SimulationRandom {
        // An odd factor spreads neighbouring numbers over the whole word; splitmix does the rest.
        var folded = self.seed ^ UInt64(truncatingIfNeeded: ordinal) &* 0x9FB2_1C65_1E98_DF25
        return SimulationRandom(seed: Self.splitmix(&folded))
    }

    /// Returns the next 64 bits.
    package mutating func next() -> UInt64 {
        let result = Self.rotate(self.state.1 &* 5, by: 7) &* 9
        let shifted = self.state.1 << 17
        self.state.2 ^= self.state.0
        self.state.3 ^= self.state.1
        self.state.1 ^= self.state.2
        self.state.0 ^= self.state.3
        self.state.2 ^= shifted
        self.state.3 = Self.rotate(self.state.3, by: 45)
        return result
    }

    /// Returns true with this probability. A rate of zero or less draws nothing, so a fault that is
    /// off leaves the other draws as they were.
    package mutating func chance(_ rate: Double) -> Bool {
        guard rate > 0 else { return false }
        // 53 bits: every value is exact in a Double.
        return Double(self.next() >> 11) * 0x1p-53 < rate
    }

    /// Returns a number from 0 up to, not including, `bound`; zero if the bound is not positive.
    package mutating func below(_ bound: Int) -> Int {
        bound > 1 ? Int(self.below(UInt64(bound))) : 0
    }

    /// Returns a number from 0 up to, not including, `bound`; zero if the bound is zero.
    ///
    /// The bias of taking the upper half of a product is below 2⁻³² for the bounds in use here.
    package mutating func below(_ bound: UInt64) -> UInt64 {
        self.next().multipliedFullWidth(by: bound).high
    }

    private static func rotate(_ word: UInt64, by count: UInt64) -> UInt64 {
        (word << count) | (word >> (64 - count))
    }

    /// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
    private static func splitmix(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
