import CChecksum

/// CRC-32C (Castagnoli), as in iSCSI (RFC 3720, section 12.1). It finds damage, not forgery.
package enum Checksum {
    /// Continues `checksum`, 0 to start, over the bytes.
    package static func crc32c(_ checksum: UInt32, _ bytes: Span<UInt8>) -> UInt32 {
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe starling_crc32c(checksum, buffer.baseAddress, buffer.count)
        }
    }

    /// Continues `checksum` over the eight bytes of `word`, lowest first.
    package static func crc32c(_ checksum: UInt32, word: UInt64) -> UInt32 {
        unsafe withUnsafeBytes(of: word.littleEndian) { buffer in
            unsafe starling_crc32c(checksum, buffer.baseAddress, buffer.count)
        }
    }
}
