package import ByteCoding
package import Causality

// Bytes of a record, the same in the log and on the wire; equal records have equal bytes:
//   flags u8 | peer u64 | sequence varint | clock varint | timestamp u64
//   | expiry u64, if flagged | context, if flagged | key length varint | key | value, to the end
// Flags: bits 0-1 operation, 2 replaces all earlier, 3 continues batch, 4 has expiry, 5 has context.

/// The flag bits of an encoded record. Changing one makes every log and every peer unreadable.
package enum RecordFlags {
    package static let operationMask: UInt8 = 0b11
    package static let replacesAllEarlier: UInt8 = 1 << 2
    package static let continuesBatch: UInt8 = 1 << 3
    package static let hasExpiry: UInt8 = 1 << 4
    package static let hasContext: UInt8 = 1 << 5
    package static let known: UInt8 = 0b11_1111
}

/// What of a record must be known before its key and value: everything but those two.
package struct RecordHead: Hashable, Sendable {
    package var dot: Dot
    package var clock: UInt64
    package var timestamp: HybridTimestamp
    package var operation: Operation
    package var expiry: UInt64?
    package var context: CausalContext
    package var replacesAllEarlier: Bool
    package var continuesBatch: Bool

    package init(
        dot: Dot, clock: UInt64, timestamp: HybridTimestamp, operation: Operation, expiry: UInt64?,
        context: CausalContext, replacesAllEarlier: Bool, continuesBatch: Bool
    ) {
        self.dot = dot
        self.clock = clock
        self.timestamp = timestamp
        self.operation = operation
        self.expiry = expiry
        self.context = context
        self.replacesAllEarlier = replacesAllEarlier
        self.continuesBatch = continuesBatch
    }

    /// Whether the record replaces the one named `dot`, if they are of one key.
    package func covers(_ dot: Dot) -> Bool {
        if self.replacesAllEarlier, dot.peer == self.dot.peer, dot.sequence < self.dot.sequence { return true }
        return self.context.contains(dot)
    }

    /// The context with what ``replacesAllEarlier`` implies written out.
    package var fullContext: CausalContext {
        guard self.replacesAllEarlier, self.dot.sequence > 1 else { return self.context }
        var context = self.context
        context.insert(1...(self.dot.sequence - 1), of: self.dot.peer)
        return context
    }
}

/// An encoded record taken apart without copying its key and value.
package struct RecordLayout: Hashable, Sendable {
    package var head: RecordHead
    /// Where the key lies in the bytes that were read.
    package var key: Range<Int>
    /// Where the value lies in the bytes that were read.
    package var value: Range<Int>
}

extension ByteWriter {
    /// Appends a record's bytes.
    package mutating func write(_ head: RecordHead, key: Span<UInt8>, value: Span<UInt8>) {
        var flags = head.operation.rawValue
        if head.replacesAllEarlier { flags |= RecordFlags.replacesAllEarlier }
        if head.continuesBatch { flags |= RecordFlags.continuesBatch }
        if head.expiry != nil { flags |= RecordFlags.hasExpiry }
        if !head.context.isEmpty { flags |= RecordFlags.hasContext }
        self.write(flags)
        self.write(head.dot.peer.rawValue)
        self.writeVarint(head.dot.sequence)
        self.writeVarint(head.clock)
        self.write(head.timestamp.rawValue)
        if let expiry = head.expiry { self.write(expiry) }
        if !head.context.isEmpty { self.write(head.context) }
        self.writeCount(key.count)
        self.write(key)
        self.write(value)
    }

    package mutating func write(_ record: Record) {
        self.write(record.head, key: record.key.span, value: record.value.span)
    }
}

extension Record {
    package var head: RecordHead {
        RecordHead(
            dot: self.dot, clock: self.clock, timestamp: self.timestamp, operation: self.operation,
            expiry: self.expiry, context: self.context, replacesAllEarlier: self.replacesAllEarlier,
            continuesBatch: self.continuesBatch)
    }

    package init(_ layout: RecordLayout, in bytes: [UInt8]) {
        let head = layout.head
        self.init(
            dot: head.dot, clock: head.clock, timestamp: head.timestamp, operation: head.operation,
            key: Array(bytes[layout.key]), value: Array(bytes[layout.value]), expiry: head.expiry,
            context: head.context, replacesAllEarlier: head.replacesAllEarlier, continuesBatch: head.continuesBatch)
    }
}

extension ByteReader {
    /// Reads a record that fills the reader to its end; refuses what no writer produces.
    package mutating func readRecordLayout() throws(DecodingError) -> RecordLayout {
        let flags = try self.readUInt8()
        guard flags & ~RecordFlags.known == 0, let operation = Operation(rawValue: flags & RecordFlags.operationMask)
        else { throw .malformed }
        let peer = PeerID(rawValue: try self.readUInt64())
        let sequence = try self.readVarint()
        guard sequence > 0, sequence < .max else { throw .malformed }
        let clock = try self.readVarint()
        let timestamp = HybridTimestamp(rawValue: try self.readUInt64())
        let expiry = flags & RecordFlags.hasExpiry == 0 ? nil : try self.readUInt64()
        var context = CausalContext()
        if flags & RecordFlags.hasContext != 0 {
            context = try self.readContext()
            guard !context.isEmpty else { throw .malformed }
        }
        let dot = Dot(peer: peer, sequence: sequence)
        let replacesAll = flags & RecordFlags.replacesAllEarlier != 0
        // A record replaces neither itself nor what its writer did later, and says once what the flag
        // says already.
        let own = context[peer]
        guard own.highest < sequence, !replacesAll || own.isEmpty else { throw .malformed }
        let key = try self.readRange(try self.readCount(maximum: DataLimits.keyLength))
        guard self.remaining <= DataLimits.valueLength else { throw .tooLarge }
        let value = try self.readRange(self.remaining)
        guard operation != .delete || value.isEmpty else { throw .malformed }
        let head = RecordHead(
            dot: dot, clock: clock, timestamp: timestamp, operation: operation, expiry: expiry, context: context,
            replacesAllEarlier: replacesAll, continuesBatch: flags & RecordFlags.continuesBatch != 0)
        return RecordLayout(head: head, key: key, value: value)
    }

    /// Reads the dot of a record, and nothing else of it.
    package mutating func readRecordDot() throws(DecodingError) -> Dot {
        _ = try self.readUInt8()
        let peer = PeerID(rawValue: try self.readUInt64())
        return Dot(peer: peer, sequence: try self.readVarint())
    }

    package mutating func readRecord() throws(DecodingError) -> Record {
        Record(try self.readRecordLayout(), in: self.bytes)
    }
}
