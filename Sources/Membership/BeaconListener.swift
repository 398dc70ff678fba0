import ByteCoding
package import Causality

/// Who listens to beacons: what they are judged by.
package struct BeaconListener: Sendable {
    /// The cluster's name.
    package var cluster: String
    /// This node's peer ID.
    package var peer: PeerID
    /// 64 random bits of this process.
    package var incarnation: UInt64
    /// The cluster's secret; nil if there is none.
    package var secret: [UInt8]?

    package init(cluster: String, peer: PeerID, incarnation: UInt64, secret: [UInt8]?) {
        self.cluster = cluster
        self.peer = peer
        self.incarnation = incarnation
        self.secret = secret
    }

    /// Judges a datagram, whoever sent it.
    package func judge(_ datagram: [UInt8]) -> BeaconVerdict {
        guard datagram.count <= BeaconFormat.maximumLength, datagram.starts(with: BeaconFormat.magic) else {
            return .malformed
        }
        do throws(DecodingError) {
            return try self.judge(fields: datagram)
        } catch {
            return .malformed
        }
    }

    private func judge(fields datagram: [UInt8]) throws(DecodingError) -> BeaconVerdict {
        var reader = ByteReader(datagram, BeaconFormat.magic.count..<datagram.count)
        let minimum = try reader.readUInt16()
        let maximum = try reader.readUInt16()
        guard minimum <= maximum else { throw .malformed }
        guard minimum <= BeaconFormat.maximumVersion, maximum >= BeaconFormat.minimumVersion else { return .version }
        let flags = try reader.readUInt8()
        let isAuthenticated = flags & BeaconFormat.authenticatedFlag != 0
        let beacon = try Beacon(from: &reader, minimumVersion: minimum, maximumVersion: maximum)
        if isAuthenticated, reader.remaining < BeaconFormat.codeLength { throw .truncated }
        guard beacon.cluster == self.cluster else { return .wrongCluster }
        guard self.isAuthentic(datagram, isAuthenticated) else { return .wrongSecret }
        if beacon.peer == self.peer {
            return beacon.incarnation == self.incarnation ? .ownBeacon : .duplicateIdentity(beacon)
        }
        return .accepted(beacon)
    }

    private func isAuthentic(_ datagram: [UInt8], _ isAuthenticated: Bool) -> Bool {
        guard let secret = self.secret else { return !isAuthenticated }
        guard isAuthenticated else { return false }
        let body = Array(datagram.dropLast(BeaconFormat.codeLength))
        return HMAC.areEqual(Array(datagram.suffix(BeaconFormat.codeLength)), Beacon.code(of: body, secret))
    }
}
