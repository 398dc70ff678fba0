/// Comparing and hashing the bytes of keys, eight at a time.
enum KeyBytes {
    /// Returns the eight bytes from `offset` on as a big-endian number; what lies past the end reads as zero.
    ///
    /// For keys that agree up to `offset`, the order of these numbers never contradicts the keys' order; equal
    /// numbers say nothing.
    static func prefix(of key: UnsafeRawBufferPointer, from offset: Int) -> UInt64 {
        let remaining = key.count - offset
        if remaining >= 8 {
            return UInt64(bigEndian: unsafe key.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        guard remaining > 0 else { return 0 }
        var value: UInt64 = 0
        for index in offset..<key.count {
            value = value << 8 | UInt64(unsafe key[index])
        }
        return value << UInt64(8 * (8 - remaining))
    }

    /// Returns how many leading bytes two keys share, given that they share the first `known`.
    ///
    /// - Complexity: O(n) in the shared bytes.
    static func sharedLength(
        _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, known: Int = 0
    ) -> Int {
        let end = min(left.count, right.count)
        var offset = known
        while offset + 8 <= end {
            let difference =
                unsafe left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                ^ right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if difference != 0 {
                return offset + UInt64(littleEndian: difference).trailingZeroBitCount / 8
            }
            offset += 8
        }
        while offset < end, unsafe left[offset] == right[offset] { offset += 1 }
        return offset
    }

    /// Whether `left` comes before `right`, byte by byte, given that they share the first `known` bytes.
    static func precedes(
        _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, known: Int = 0
    ) -> Bool {
        let shared = unsafe self.sharedLength(left, right, known: known)
        guard shared < left.count else { return shared < right.count }
        return unsafe shared < right.count && left[shared] < right[shared]
    }

    static func equal(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        unsafe left.count == right.count && self.sharedLength(left, right) == left.count
    }

    /// Returns a hash of the key: 128-bit products folded to 64 bits, sixteen bytes a step.
    ///
    /// The family is that of wyhash (Wang Yi, 2019). Both factors of each product are masked with the seed, so
    /// whoever does not know it cannot choose a factor that makes the product vanish.
    static func hash(_ key: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
        let mask = seed ^ 0x9E37_79B9_7F4A_7C15
        var state = seed &+ 0xD1B5_4A32_D192_ED03
        var offset = 0
        while key.count - offset > 16 {
            let low = unsafe key.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let high = unsafe key.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
            state = self.fold(UInt64(littleEndian: low) ^ mask, UInt64(littleEndian: high) ^ state)
            offset += 16
        }
        let low = unsafe self.prefix(of: key, from: offset)
        let high = unsafe self.prefix(of: key, from: offset + 8)
        let tail = self.fold(low ^ mask, high ^ state)
        return self.fold(tail ^ 0x8CB9_2BA7_2F3D_8DD7, UInt64(truncatingIfNeeded: key.count) ^ mask)
    }

    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
