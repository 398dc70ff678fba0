// Bytes of a beacon, little-endian, one datagram:
//
//   beacon = F5 'S' 'B' 01 | minimum u16 | maximum u16 | flags u8 (bit 0: authenticated) | cluster text
//            | peer u64 | incarnation u64 | name text | host text | port u16 | state hash u128
//            | counter u64 | whatever later versions append | code, 16 bytes, if authenticated
//
// A text is a varint length and UTF-8, a u128 two u64 with the low one first. The code is the first
// half of HMAC-SHA-256(secret, label | all bytes before the code).

/// The constants of the beacon's format. Changing one makes older nodes deaf to newer ones.
package enum BeaconFormat {
    /// How a beacon begins; the last byte is the version of this layout.
    package static let magic: [UInt8] = [0xF5, UInt8(ascii: "S"), UInt8(ascii: "B"), 0x01]
    /// The lowest protocol version spoken here.
    package static let minimumVersion: UInt16 = 1
    /// The highest protocol version spoken here.
    package static let maximumVersion: UInt16 = 1
    /// The flag of beacons that end in an authentication code.
    package static let authenticatedFlag: UInt8 = 1
    /// Bytes in the code. Half of a hash is enough: RFC 2104, section 5.
    package static let codeLength = 16
    /// Separates a beacon's code from every other use of the cluster's secret.
    package static let codeLabel = "starling beacon 1"
    /// Bytes in a beacon.
    package static let maximumLength = 1024
    /// Bytes in a cluster's or a node's name.
    package static let nameLength = 255
    /// Bytes in a host, as in RFC 1035, section 2.3.4.
    package static let hostLength = 253
}
