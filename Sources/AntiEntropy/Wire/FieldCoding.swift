import ByteCoding
import Platform

// The fields that several messages share, as MessageFormat.swift draws them.

extension ByteWriter {
    mutating func write(_ value: UInt128) {
        self.write(UInt64(truncatingIfNeeded: value))
        self.write(UInt64(truncatingIfNeeded: value >> 64))
    }

    mutating func write(_ address: NetworkAddress) {
        self.write(address.host)
        self.write(address.port)
    }

    mutating func write(_ lastOwn: LastOwnRecord) {
        self.writeVarint(lastOwn.sequence)
        self.write(lastOwn.checksum)
    }
}

extension ByteReader {
    mutating func readUInt128() throws(DecodingError) -> UInt128 {
        let low = try self.readUInt64()
        let high = try self.readUInt64()
        return UInt128(high) << 64 | UInt128(low)
    }

    /// Reads a text of one line: what it names is shown to people and written into traces.
    mutating func readLine(maximum: Int) throws(DecodingError) -> String {
        let text = try self.readString(maximum: maximum)
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { throw .malformed }
        return text
    }

    mutating func readName() throws(DecodingError) -> String {
        try self.readLine(maximum: MessageLimits.nameLength)
    }

    mutating func readAddress() throws(DecodingError) -> NetworkAddress {
        let host = try self.readLine(maximum: MessageLimits.hostLength)
        return NetworkAddress(host: host, port: try self.readUInt16())
    }

    mutating func readLastOwn() throws(DecodingError) -> LastOwnRecord {
        let sequence = try self.readVarint()
        return LastOwnRecord(sequence: sequence, checksum: try self.readUInt32())
    }

    mutating func readSnapshotFlag() throws(DecodingError) -> Bool {
        let flags = try self.readUInt8()
        guard flags & ~MessageFormat.snapshotFlag == 0 else { throw .malformed }
        return flags != 0
    }
}
