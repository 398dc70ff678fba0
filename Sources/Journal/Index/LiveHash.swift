import Causality

/// A hash of a set of live records that does not depend on their order: sums of two independent mixes.
///
/// Equal sets have equal sums on every node and in every version, so the sums may be compared across the
/// network: the mix MUST NOT change. It guards against defects, not against people who look for collisions.
struct LiveHash {
    private(set) var first: UInt64 = 0
    private(set) var second: UInt64 = 0

    mutating func add(_ dot: Dot, checksum: UInt32) {
        let (first, second) = Self.mixes(dot, checksum: checksum)
        self.first &+= first
        self.second &+= second
    }

    mutating func remove(_ dot: Dot, checksum: UInt32) {
        let (first, second) = Self.mixes(dot, checksum: checksum)
        self.first &-= first
        self.second &-= second
    }

    /// Returns one record's contributions; each step is a bijection, so no peer or sequence is special.
    static func mixes(_ dot: Dot, checksum: UInt32) -> (UInt64, UInt64) {
        let peer = self.scramble(dot.peer.rawValue &+ 0x9E37_79B9_7F4A_7C15)
        let write = self.scramble(peer ^ dot.sequence)
        let content = UInt64(checksum)
        return (self.scramble(write &+ content), self.scramble(write.byteSwapped ^ ~content))
    }

    /// The finishing step of splitmix64: Steele et al., "Fast splittable pseudorandom number generators" (2014),
    /// section 5.
    private static func scramble(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
