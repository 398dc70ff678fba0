package import Causality
package import DataModel

/// What memory holds of one live record: its name, its place in the log, and what deciders ask of it.
///
/// Key, context and expiry stand beside it in the ``LiveIndex``, the value only in the log.
package struct LiveRecord: Hashable, Sendable {
    package var dot: Dot
    /// The key's logical clock at this write.
    package var clock: UInt64
    package var timestamp: HybridTimestamp
    /// Where the record's frame lies in the log.
    package var lsn: UInt64
    /// Bytes of the encoded record in its frame.
    package var recordLength: UInt32
    /// Bytes of the value in the encoded record.
    package var valueLength: UInt32
    /// CRC-32C of the encoded record.
    package var checksum: UInt32
    package var operation: Operation
    package var replacesAllEarlier: Bool
    package var continuesBatch: Bool
    /// Whether the record has an explicit context; the index sets it.
    package internal(set) var hasContext = false
    /// Whether the record has an expiry; the index sets it.
    package internal(set) var hasExpiry = false
    /// Whether the index has noted that the expiry is past; see ``LiveIndex/popExpired(upTo:maximum:)``.
    package internal(set) var isExpired = false

    package init(
        dot: Dot, clock: UInt64, timestamp: HybridTimestamp, operation: Operation, replacesAllEarlier: Bool,
        continuesBatch: Bool, lsn: UInt64, recordLength: UInt32, valueLength: UInt32, checksum: UInt32
    ) {
        self.dot = dot
        self.clock = clock
        self.timestamp = timestamp
        self.lsn = lsn
        self.recordLength = recordLength
        self.valueLength = valueLength
        self.checksum = checksum
        self.operation = operation
        self.replacesAllEarlier = replacesAllEarlier
        self.continuesBatch = continuesBatch
    }

    /// Whether readers never see it: a delete, or expired as far as the index has been told the time.
    package var isTombstone: Bool {
        self.operation == .delete || self.isExpired
    }

    /// Whether it counts in the live hash. What may be collected here and still be held there does not,
    /// so that nodes with equal contexts have equal hashes.
    var isHashed: Bool {
        self.operation != .delete && !self.hasExpiry
    }
}
