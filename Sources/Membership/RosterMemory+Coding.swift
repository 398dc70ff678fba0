package import ByteCoding
import Causality
import Platform

// The content of a data directory's file `peers`, little-endian:
//
//   content   = members | departed | forgotten | suspended | rejoining u8
//   members   = count | peer ...            peer  = peer u64 | name text | count | (host text | port u16) ...
//   departed  = count | peer u64 ...
//   forgotten = count | (peer | count | (lowest varint | highest varint) ...) ...
//   suspended = count | (peer u64 | attempt u64 | coordinator u64) ...
//
// A text is a varint length and UTF-8, a count a varint.

extension RosterMemory {
    /// The bytes to store.
    package var encoded: [UInt8] {
        var writer = ByteWriter()
        writer.writeCount(self.members.count)
        for peer in self.members { writer.write(peer) }
        writer.writeCount(self.departed.count)
        for peer in self.departed { writer.write(peer.rawValue) }
        writer.writeCount(self.forgotten.count)
        for forgotten in self.forgotten {
            writer.write(forgotten.peer)
            let ranges = forgotten.voids.ranges.suffix(RosterLimits.voidRanges)
            writer.writeCount(ranges.count)
            for range in ranges {
                writer.writeVarint(range.lowerBound)
                writer.writeVarint(range.upperBound)
            }
        }
        writer.writeCount(self.suspended.count)
        for suspension in self.suspended {
            writer.write(suspension.peer.rawValue)
            writer.write(suspension.attempt)
            writer.write(suspension.coordinator.rawValue)
        }
        writer.write(self.isRejoining ? UInt8(1) : UInt8(0))
        return writer.bytes
    }

    /// Reads what ``encoded`` gave.
    package init(_ bytes: [UInt8]) throws(DecodingError) {
        self.init()
        var reader = ByteReader(bytes)
        for _ in 0..<(try reader.readCount(maximum: RosterLimits.members)) {
            self.members.append(try reader.readPeer())
        }
        for _ in 0..<(try reader.readCount(maximum: RosterLimits.departed)) {
            self.departed.append(PeerID(rawValue: try reader.readUInt64()))
        }
        for _ in 0..<(try reader.readCount(maximum: RosterLimits.forgotten)) {
            let peer = try reader.readPeer()
            var voids = SequenceSet()
            for _ in 0..<(try reader.readCount(maximum: RosterLimits.voidRanges)) {
                let lowest = try reader.readVarint()
                let highest = try reader.readVarint()
                guard lowest > 0, lowest <= highest else { throw .malformed }
                voids.insert(lowest...highest)
            }
            self.forgotten.append(ForgottenPeer(peer: peer, voids: voids))
        }
        for _ in 0..<(try reader.readCount(maximum: RosterLimits.suspended)) {
            let peer = PeerID(rawValue: try reader.readUInt64())
            let attempt = try reader.readUInt64()
            self.suspended.append(
                Suspension(peer: peer, attempt: attempt, coordinator: PeerID(rawValue: try reader.readUInt64())))
        }
        self.isRejoining = try reader.readUInt8() != 0
        try reader.finish()
    }
}

extension ByteWriter {
    fileprivate mutating func write(_ peer: RosterMemory.Peer) {
        self.write(peer.peer.rawValue)
        self.write(peer.name)
        self.writeCount(peer.addresses.count)
        for address in peer.addresses {
            self.write(address.host)
            self.write(address.port)
        }
    }
}

extension ByteReader {
    fileprivate mutating func readPeer() throws(DecodingError) -> RosterMemory.Peer {
        let peer = PeerID(rawValue: try self.readUInt64())
        let name = try self.readString(maximum: BeaconFormat.nameLength)
        var addresses: [NetworkAddress] = []
        for _ in 0..<(try self.readCount(maximum: RosterLimits.addresses)) {
            let host = try self.readString(maximum: BeaconFormat.hostLength)
            addresses.append(NetworkAddress(host: host, port: try self.readUInt16()))
        }
        return RosterMemory.Peer(peer: peer, name: name, addresses: addresses)
    }
}
