/// The hash function SHA-256 of FIPS 180-4, section 6.2.
package struct SHA256: Sendable {
    /// Bytes in a digest.
    package static let digestLength = 32
    /// Bytes in a block.
    package static let blockLength = 64

    private var state: InlineArray<8, UInt32> = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    /// The bytes of a block that is not complete yet, from its beginning.
    private var pending = InlineArray<64, UInt8>(repeating: 0)
    private var pendingCount = 0
    private var length: UInt64 = 0

    package init() {}

    package static func digest(of bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }

    package mutating func update(_ bytes: [UInt8]) {
        self.update(bytes.span)
    }

    /// Takes in the next bytes of the message.
    ///
    /// - Complexity: O(n), without allocating.
    package mutating func update(_ bytes: Span<UInt8>) {
        self.length &+= UInt64(bytes.count)
        var next = 0
        if self.pendingCount > 0 {
            next = min(SHA256.blockLength - self.pendingCount, bytes.count)
            for index in 0..<next { self.pending[self.pendingCount + index] = bytes[index] }
            self.pendingCount += next
            guard self.pendingCount == SHA256.blockLength else { return }
            self.compressPending()
        }
        while bytes.count - next >= SHA256.blockLength {
            SHA256.compress(bytes.extracting(next..<(next + SHA256.blockLength)), into: &self.state)
            next += SHA256.blockLength
        }
        for index in next..<bytes.count { self.pending[index - next] = bytes[index] }
        self.pendingCount = bytes.count - next
    }

    /// Ends the message and returns its digest.
    package mutating func finalize() -> [UInt8] {
        let bits = self.length &* 8
        self.pending[self.pendingCount] = 0x80
        for index in (self.pendingCount + 1)..<SHA256.blockLength { self.pending[index] = 0 }
        if self.pendingCount >= SHA256.blockLength - 8 {
            self.compressPending()
            for index in 0..<SHA256.blockLength { self.pending[index] = 0 }
        }
        for index in 0..<8 {
            self.pending[SHA256.blockLength - 1 - index] = UInt8(truncatingIfNeeded: bits >> UInt64(8 * index))
        }
        self.compressPending()
        var digest: [UInt8] = []
        digest.reserveCapacity(SHA256.digestLength)
        for index in 0..<8 {
            let word = self.state[index]
            digest.append(UInt8(truncatingIfNeeded: word >> 24))
            digest.append(UInt8(truncatingIfNeeded: word >> 16))
            digest.append(UInt8(truncatingIfNeeded: word >> 8))
            digest.append(UInt8(truncatingIfNeeded: word))
        }
        return digest
    }

    private mutating func compressPending() {
        SHA256.compress(self.pending.span, into: &self.state)
        self.pendingCount = 0
    }

    private static func compress(_ block: Span<UInt8>, into state: inout InlineArray<8, UInt32>) {
        // Every index below is under 64, which is how long all three are. That is checked here once and not at each
        // of a block's thousand accesses.
        precondition(block.count == 64 && SHA256.constants.count == 64)
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { w in
            unsafe block.withUnsafeBytes { bytes in
                for i in 0..<16 {
                    unsafe w[i] = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self))
                }
            }
            for i in 16..<64 {
                let (w15, w2) = unsafe (w[i - 15], w[i - 2])
                let s0 = rotated(w15, 7) ^ rotated(w15, 18) ^ (w15 >> 3)
                let s1 = rotated(w2, 17) ^ rotated(w2, 19) ^ (w2 >> 10)
                unsafe w[i] = w[i - 16] &+ s0 &+ w[i - 7] &+ s1
            }
            unsafe SHA256.constants.withUnsafeBufferPointer { constants in
                for i in 0..<64 {
                    let s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
                    let first = unsafe h &+ s1 &+ ((e & f) ^ (~e & g)) &+ constants[i] &+ w[i]
                    let s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
                    let second = s0 &+ ((a & b) ^ (a & c) ^ (b & c))
                    (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
                }
            }
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
        state[5] &+= f
        state[6] &+= g
        state[7] &+= h
    }

    @inline(__always)
    private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
        (word >> count) | (word << (32 - count))
    }

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (section 4.2.2).
    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
