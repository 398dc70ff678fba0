/// Reads little-endian values from a stretch of bytes, front to back, never past its end.
@usableFromInline package struct ByteReader: Sendable {
    @usableFromInline package let bytes: [UInt8]
    /// The index of the next byte.
    @usableFromInline package internal(set) var offset: Int
    /// The index after the last byte.
    @usableFromInline package let end: Int

    package init(_ bytes: [UInt8]) {
        self.init(bytes, 0..<bytes.count)
    }

    /// - Precondition: `range` lies within `bytes`.
    package init(_ bytes: [UInt8], _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "\(range) of \(bytes.count) bytes")
        self.bytes = bytes
        self.offset = range.lowerBound
        self.end = range.upperBound
    }

    @inlinable
    package var remaining: Int {
        self.end - self.offset
    }

    @inlinable
    package mutating func readUInt8() throws(DecodingError) -> UInt8 {
        guard self.offset < self.end else { throw .truncated }
        let byte = self.bytes[self.offset]
        self.offset += 1
        return byte
    }

    package mutating func readUInt16() throws(DecodingError) -> UInt16 {
        UInt16(truncatingIfNeeded: try self.readInteger(byteCount: 2))
    }

    package mutating func readUInt32() throws(DecodingError) -> UInt32 {
        UInt32(truncatingIfNeeded: try self.readInteger(byteCount: 4))
    }

    package mutating func readUInt64() throws(DecodingError) -> UInt64 {
        guard self.remaining >= 8 else { throw .truncated }
        // The eight bytes from the offset on lie within the array, as was just made sure.
        let word = unsafe self.bytes.withUnsafeBytes { buffer in
            unsafe buffer.loadUnaligned(fromByteOffset: self.offset, as: UInt64.self)
        }
        self.offset += 8
        return UInt64(littleEndian: word)
    }

    /// Reads a LEB128 number. Refuses encodings longer than need be, so that each number has one.
    @inlinable
    package mutating func readVarint() throws(DecodingError) -> UInt64 {
        let first = try self.readUInt8()
        return first < 0x80 ? UInt64(first) : try self.readVarint(after: first)
    }

    /// Reads the rest of a number of several bytes.
    @usableFromInline
    mutating func readVarint(after first: UInt8) throws(DecodingError) -> UInt64 {
        var value = UInt64(first & 0x7F)
        var shift: UInt64 = 7
        while true {
            let byte = try self.readUInt8()
            if shift == 63, byte > 1 { throw .malformed }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 {
                if byte == 0 { throw .malformed }
                return value
            }
            shift += 7
            if shift > 63 { throw .malformed }
        }
    }

    /// Reads a length or count of at most `maximum`.
    package mutating func readCount(maximum: Int) throws(DecodingError) -> Int {
        let count = try self.readVarint()
        guard count <= UInt64(maximum) else { throw .tooLarge }
        return Int(count)
    }

    /// Steps over `count` bytes and returns where they lie.
    package mutating func readRange(_ count: Int) throws(DecodingError) -> Range<Int> {
        guard count >= 0, count <= self.remaining else { throw .truncated }
        defer { self.offset += count }
        return self.offset..<(self.offset + count)
    }

    package mutating func readBytes(_ count: Int) throws(DecodingError) -> [UInt8] {
        Array(self.bytes[try self.readRange(count)])
    }

    /// Reads a varint length of at most `maximum`, then that many bytes.
    package mutating func readLengthPrefixedBytes(maximum: Int) throws(DecodingError) -> [UInt8] {
        try self.readBytes(try self.readCount(maximum: maximum))
    }

    /// Reads a varint length of at most `maximum`, then that many bytes of valid UTF-8.
    package mutating func readString(maximum: Int) throws(DecodingError) -> String {
        let range = try self.readRange(try self.readCount(maximum: maximum))
        guard self.bytes.span.isASCII(range) else {
            guard let text = String(validating: self.bytes[range], as: UTF8.self) else { throw .malformed }
            return text
        }
        // Names are ASCII as a rule, which needs no look at what belongs together.
        return unsafe String(unsafeUninitializedCapacity: range.count) { destination in
            for index in range { unsafe destination[index - range.lowerBound] = self.bytes[index] }
            return range.count
        }
    }

    /// Throws `malformed` unless every byte has been read.
    package func finish() throws(DecodingError) {
        guard self.remaining == 0 else { throw .malformed }
    }

    private mutating func readInteger(byteCount: Int) throws(DecodingError) -> UInt64 {
        guard self.remaining >= byteCount else { throw .truncated }
        var value: UInt64 = 0
        for index in 0..<byteCount {
            value |= UInt64(self.bytes[self.offset + index]) << UInt64(8 * index)
        }
        self.offset += byteCount
        return value
    }
}

extension Span<UInt8> {
    fileprivate func isASCII(_ range: Range<Int>) -> Bool {
        var all: UInt8 = 0
        for index in range { all |= self[index] }
        return all < 0x80
    }
}
