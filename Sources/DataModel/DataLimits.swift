/// Bounds on what one record may hold, whoever sends it.
package enum DataLimits {
    /// Bytes in a key.
    package static let keyLength = 64 * 1024
    /// Bytes in a value.
    package static let valueLength = 16 * 1024 * 1024
    /// Peers that one context may name.
    package static let contextPeers = 4096
    /// Detached ranges that one context may hold, over all peers.
    package static let contextRanges = 65_536
    /// Bytes in one encoded context: enough for the largest that the two bounds above allow.
    package static let contextLength = 1536 * 1024
    /// Bytes in one encoded record.
    package static let recordLength = valueLength + keyLength + contextLength + 64
    /// Writes in one batch.
    package static let batchCount = 65_536
    /// Bytes of keys and values in one batch.
    package static let batchLength = 32 * 1024 * 1024
    /// Live siblings of one key; a write that would make more is refused.
    package static let siblings = 256
}
