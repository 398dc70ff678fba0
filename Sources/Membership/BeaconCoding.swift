import ByteCoding
import Causality
import Platform

extension Beacon {
    /// Returns the datagram, with an authentication code if there is a secret. nil if the names are too
    /// long for one.
    package func encoded(secret: [UInt8]?) -> [UInt8]? {
        guard self.cluster.utf8.count <= BeaconFormat.nameLength, self.name.utf8.count <= BeaconFormat.nameLength,
            self.advertised.host.utf8.count <= BeaconFormat.hostLength
        else { return nil }
        var writer = ByteWriter(BeaconFormat.magic)
        writer.write(self.minimumVersion)
        writer.write(self.maximumVersion)
        writer.write(secret == nil ? UInt8(0) : BeaconFormat.authenticatedFlag)
        writer.write(self.cluster)
        writer.write(self.peer.rawValue)
        writer.write(self.incarnation)
        writer.write(self.name)
        writer.write(self.advertised.host)
        writer.write(self.advertised.port)
        writer.write(UInt64(truncatingIfNeeded: self.stateHash))
        writer.write(UInt64(truncatingIfNeeded: self.stateHash >> 64))
        writer.write(self.counter)
        if let secret { writer.write(Beacon.code(of: writer.bytes, secret)) }
        return writer.bytes
    }

    init(
        from reader: inout ByteReader, minimumVersion: UInt16, maximumVersion: UInt16
    ) throws(DecodingError) {
        let cluster = try Beacon.readLine(&reader, maximum: BeaconFormat.nameLength)
        let peer = PeerID(rawValue: try reader.readUInt64())
        let incarnation = try reader.readUInt64()
        let name = try Beacon.readLine(&reader, maximum: BeaconFormat.nameLength)
        let host = try Beacon.readLine(&reader, maximum: BeaconFormat.hostLength)
        let port = try reader.readUInt16()
        let low = try reader.readUInt64()
        let high = try reader.readUInt64()
        self.init(
            cluster: cluster, peer: peer, incarnation: incarnation, name: name,
            advertised: NetworkAddress(host: host, port: port), stateHash: UInt128(high) << 64 | UInt128(low),
            counter: try reader.readUInt64(), minimumVersion: minimumVersion, maximumVersion: maximumVersion)
    }

    /// Reads a text of one line: what it names is shown to people and written into traces.
    private static func readLine(_ reader: inout ByteReader, maximum: Int) throws(DecodingError) -> String {
        let text = try reader.readString(maximum: maximum)
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { throw .malformed }
        return text
    }

    static func code(of body: [UInt8], _ secret: [UInt8]) -> [UInt8] {
        let message = Array(BeaconFormat.codeLabel.utf8) + body
        return Array(HMAC.sha256(message, key: secret).prefix(BeaconFormat.codeLength))
    }
}
