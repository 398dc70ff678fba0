/// A running hash of everything that happened in a simulation, to compare two runs of one seed.
///
/// Not for anything but comparing: it resists no one.
package struct TraceHash: Hashable, Sendable {
    /// The hash so far.
    package private(set) var value: UInt64 = 0x6A09_E667_F3BC_C908

    /// The hash of nothing.
    package init() {}

    /// Folds a word in.
    package mutating func feed(_ word: UInt64) {
        var mixed = (self.value ^ word) &* 0x9E37_79B9_7F4A_7C15
        mixed ^= mixed >> 29
        self.value = mixed &* 0xBF58_476D_1CE4_E5B9 ^ (mixed >> 32)
    }

    /// Folds a text in.
    package mutating func feed(_ text: String) {
        var word: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 {
            word = (word ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        self.feed(word)
    }

    /// Folds bytes in, eight at a time.
    package mutating func feed(_ bytes: Span<UInt8>) {
        self.feed(UInt64(bytes.count))
        let whole = bytes.count & ~7
        unsafe bytes.withUnsafeBytes { raw in
            var index = 0
            while index < whole {
                // whole is at most the count, so these eight bytes lie within.
                self.feed(unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian)
                index += 8
            }
        }
        guard whole < bytes.count else { return }
        var word: UInt64 = 0
        for index in whole..<bytes.count {
            word = word << 8 | UInt64(bytes[index])
        }
        self.feed(word)
    }
}
