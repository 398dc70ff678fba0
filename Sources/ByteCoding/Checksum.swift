import CChecksum

/// CRC-32C (Castagnoli), as in iSCSI (RFC 3720, section 12.1). It finds damage, not forgery.
package enum Checksum {
    /// Continues `checksum`, 0 to start, over the bytes.
    package static func crc32c(_ checksum: UInt32, _ bytes: Span<UInt8>) -> UInt32 {
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe starling_crc32c(checksum, buffer.baseAddress, buffer.count)
        }
    }

    /// Continues `checksum` over the eight bytes of each word, lowest first.
    package static func crc32c(_ checksum: UInt32, words: (UInt64, UInt64, UInt64, UInt64)) -> UInt32 {
        let words = (
            words.0.littleEndian, words.1.littleEndian, words.2.littleEndian, words.3.littleEndian
        )
        return unsafe withUnsafeBytes(of: words) { buffer in
            unsafe starling_crc32c(checksum, buffer.baseAddress, buffer.count)
        }
    }
}
