import Causality
import DataModel

/// One key and its only record in 64 bytes, a cache line: what a lookup needs without following a pointer.
///
/// ```
/// offset  0  origin         sequence << 16 | number of the peer
///         8  timestamp
///        16  location       LSN << 16 | operation << 8 | flags
///        24  clock          in a free slot: the next free slot
///        28  recordLength
///        32  valueLength
///        36  checksum
///        40  keyLength
///        44  key            20 bytes; a longer key's address in the last 8 of them
/// ```
/// A record that does not fit (a sequence or LSN of more than 48 bits, a clock of more than 32, one peer too
/// many), and every key with several records, has its records in a list beside the slots instead.
struct PackedSlot {
    /// Bytes of a key that fit into the slot itself.
    static let inlineKeyLength = 20
    static let keyOffset = 44
    static let noSlot = UInt32.max

    private var origin: UInt64 = 0
    private var timestamp: UInt64 = 0
    private var location: UInt64 = 0
    private var clock: UInt32 = 0
    private var recordLength: UInt32 = 0
    private var valueLength: UInt32 = 0
    private var checksum: UInt32 = 0
    var keyLength: UInt32
    private var keyHead: UInt32 = 0
    private var keyMiddle: UInt64 = 0
    /// Where a long key lies.
    var keyAddress: UInt64 = 0

    init(keyLength: Int) {
        self.keyLength = UInt32(keyLength)
        self.location = UInt64(Flags.occupied.rawValue)
    }

    /// A slot without a key, before `next` in the list of free slots.
    init(freeBefore next: UInt32) {
        self.keyLength = 0
        self.clock = next
    }

    struct Flags: OptionSet {
        let rawValue: UInt8

        static let replacesAllEarlier = Flags(rawValue: 1)
        static let continuesBatch = Flags(rawValue: 2)
        static let hasContext = Flags(rawValue: 4)
        static let hasExpiry = Flags(rawValue: 8)
        static let isExpired = Flags(rawValue: 16)
        /// The slot's own fields hold a record.
        static let holdsRecord = Flags(rawValue: 32)
        /// The records are in the list beside the slots.
        static let listsRecords = Flags(rawValue: 64)
        static let occupied = Flags(rawValue: 128)
    }

    var flags: Flags {
        Flags(rawValue: UInt8(truncatingIfNeeded: self.location))
    }

    var nextFree: UInt32 {
        self.clock
    }

    var sequence: UInt64 {
        self.origin >> 16
    }

    var peerNumber: UInt16 {
        UInt16(truncatingIfNeeded: self.origin)
    }

    /// Whether the record in the slot's own fields is a tombstone.
    var isTombstone: Bool {
        self.flags.contains(.isExpired) || UInt8(truncatingIfNeeded: self.location >> 8) == Operation.delete.rawValue
    }

    /// Forgets the record in the slot's own fields, and says where the key's records are now.
    mutating func clearRecord(listed: Bool) {
        let flags: Flags = listed ? [.occupied, .listsRecords] : .occupied
        self.location = UInt64(flags.rawValue)
    }

    /// Puts the record into the slot's own fields; false, and no change, if it does not fit.
    mutating func pack(_ record: LiveRecord, peers: inout PeerTable) -> Bool {
        guard record.dot.sequence < 1 << 48, record.lsn < 1 << 48, let clock = UInt32(exactly: record.clock),
            let peer = peers.number(of: record.dot.peer)
        else { return false }
        var flags: Flags = [.occupied, .holdsRecord]
        if record.replacesAllEarlier { flags.insert(.replacesAllEarlier) }
        if record.continuesBatch { flags.insert(.continuesBatch) }
        if record.hasContext { flags.insert(.hasContext) }
        if record.hasExpiry { flags.insert(.hasExpiry) }
        if record.isExpired { flags.insert(.isExpired) }
        self.origin = record.dot.sequence << 16 | UInt64(peer)
        self.timestamp = record.timestamp.rawValue
        self.location = record.lsn << 16 | UInt64(record.operation.rawValue) << 8 | UInt64(flags.rawValue)
        self.clock = clock
        self.recordLength = record.recordLength
        self.valueLength = record.valueLength
        self.checksum = record.checksum
        return true
    }

    /// Returns the record in the slot's own fields.
    ///
    /// - Precondition: there is one.
    func unpack(peers: PeerTable) -> LiveRecord {
        let flags = self.flags
        guard flags.contains(.holdsRecord),
            let operation = Operation(rawValue: UInt8(truncatingIfNeeded: self.location >> 8))
        else { preconditionFailure("no record in the slot; flags \(flags.rawValue)") }
        var record = LiveRecord(
            dot: Dot(peer: peers[self.peerNumber], sequence: self.sequence), clock: UInt64(self.clock),
            timestamp: HybridTimestamp(rawValue: self.timestamp), operation: operation,
            replacesAllEarlier: flags.contains(.replacesAllEarlier),
            continuesBatch: flags.contains(.continuesBatch), lsn: self.location >> 16,
            recordLength: self.recordLength, valueLength: self.valueLength, checksum: self.checksum)
        record.hasContext = flags.contains(.hasContext)
        record.hasExpiry = flags.contains(.hasExpiry)
        record.isExpired = flags.contains(.isExpired)
        return record
    }
}
