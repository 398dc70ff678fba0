/// Keyed message authentication with SHA-256, as in RFC 2104.
package enum HMAC {
    /// Returns the 32-byte code of `message` under `key`.
    package static func sha256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        let short = key.count > SHA256.blockLength ? SHA256.digest(of: key) : key
        var inner = SHA256()
        inner.update(HMAC.padded(short, with: 0x36).span)
        inner.update(message.span)
        var outer = SHA256()
        outer.update(HMAC.padded(short, with: 0x5C).span)
        outer.update(inner.finalize())
        return outer.finalize()
    }

    /// The key, at most a block long, filled up with zeros, each byte combined with `pad`.
    private static func padded(_ key: [UInt8], with pad: UInt8) -> InlineArray<64, UInt8> {
        var block = InlineArray<64, UInt8>(repeating: pad)
        for index in key.indices { block[index] ^= key[index] }
        return block
    }

    /// Whether two codes are equal, in a time that does not tell where they differ.
    package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (a, b) in zip(left, right) { difference |= a ^ b }
        return difference == 0
    }
}
