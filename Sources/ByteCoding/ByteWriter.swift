/// Appends little-endian values to an array of bytes.
@usableFromInline package struct ByteWriter: Sendable {
    @usableFromInline package var bytes: [UInt8]

    package init(_ bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    /// A writer without bytes and with room for so many.
    package init(capacity: Int) {
        self.bytes = []
        self.bytes.reserveCapacity(capacity)
    }

    @inlinable
    package var count: Int {
        self.bytes.count
    }

    @inlinable
    package mutating func write(_ value: UInt8) {
        self.bytes.append(value)
    }

    package mutating func write(_ value: UInt16) {
        self.bytes.append(UInt8(truncatingIfNeeded: value))
        self.bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    }

    package mutating func write(_ value: UInt32) {
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe self.bytes.append(contentsOf: $0) }
    }

    package mutating func write(_ value: UInt64) {
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe self.bytes.append(contentsOf: $0) }
    }

    /// Appends a LEB128 number: seven bits a byte, lowest first, one to ten bytes.
    @inlinable
    package mutating func writeVarint(_ value: UInt64) {
        if value < 0x80 {
            self.bytes.append(UInt8(truncatingIfNeeded: value))
        } else {
            self.writeLongVarint(value)
        }
    }

    @usableFromInline
    mutating func writeLongVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            self.bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        self.bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// - Precondition: `count` is not negative.
    @inlinable
    package mutating func writeCount(_ count: Int) {
        self.writeVarint(UInt64(count))
    }

    package mutating func write(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe self.bytes.append(contentsOf: $0) }
    }

    package mutating func write(_ bytes: [UInt8]) {
        self.bytes.append(contentsOf: bytes)
    }

    package mutating func writeLengthPrefixed(_ bytes: [UInt8]) {
        self.writeCount(bytes.count)
        self.bytes.append(contentsOf: bytes)
    }

    package mutating func write(_ text: String) {
        self.writeCount(text.utf8.count)
        self.bytes.append(contentsOf: text.utf8)
    }

    /// Overwrites four bytes written before, for a length that was not known then.
    ///
    /// - Precondition: the four bytes from `offset` have been written.
    package mutating func overwrite(_ value: UInt32, at offset: Int) {
        for index in 0..<4 {
            self.bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index))
        }
    }
}

extension Array where Element == UInt8 {
    /// An array of the span's bytes.
    package init(copying span: Span<UInt8>) {
        self = unsafe span.withUnsafeBufferPointer { unsafe Array($0) }
    }
}
