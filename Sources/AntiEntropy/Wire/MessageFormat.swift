import DataModel

// Bytes of a conversation, little-endian. The initiator sends a preamble, then both sides send frames:
//
//   preamble = F5 'S' 'T' 01                     the last byte is the version of the framing
//   frame    = length u32 | CRC-32C u32 | kind u8 | partition u16 | payload
//
// `length` counts the payload; the CRC covers the length and everything from the kind on.
//
//   greeting = minimum u16 | maximum u16 | cluster text | peer u64 | incarnation u64 | name text
//              | host text | port u16 | challenge u128 | secret set u8 | count | predecessor u64 ...
//              | whatever later versions append
//   proof    = 32 bytes
//   digest   = round varint | context | floor | own sequence varint | own checksum u32
//              | live hash u128 | timestamp u64 | count | resolver text ...
//              | count | (peer u64 | name text | host text | port u16) ...
//   records  = flags u8 (bit 0: snapshot) | count | (length varint | record) ... to the end
//   credit   = byte count varint
//   closing  = flags u8 (bit 0: snapshot) | context | floor | own sequence varint | own checksum u32
//              | record count varint
//   settled  = context
//   goodbye  = nothing
//   refusal  = code u8 | text
//   membership, from version 2 on: see MembershipCoding.swift
//   leadership, from version 3 on: length varint | bytes of which leader mode knows what they mean
//
// A text is a varint length and UTF-8, a count a varint, a u128 two u64 with the low one first.

/// The constants of the conversation's wire format. Changing one shuts out every older peer.
package enum MessageFormat {
    /// What an initiator sends first. No text protocol begins with such a byte, so that one port can
    /// serve them all.
    package static let preamble: [UInt8] = [0xF5, UInt8(ascii: "S"), UInt8(ascii: "T"), 0x01]
    /// Bytes before a frame's payload.
    package static let headerLength = 11
    /// Where in a frame its CRC stands.
    package static let checksumOffset = 4
    /// The first byte that the CRC covers after the length.
    package static let kindOffset = 8
    /// The lowest protocol version spoken here.
    package static let minimumVersion: UInt16 = 1
    /// The highest protocol version spoken here.
    package static let maximumVersion: UInt16 = 3
    /// The version from which on peers speak of who belongs to the cluster.
    package static let membershipVersion: UInt16 = 2
    /// The version from which on peers can be in leader mode together.
    package static let leadershipVersion: UInt16 = 3
    /// The flag of records and closings that belong to a snapshot.
    package static let snapshotFlag: UInt8 = 1
    /// Separates a proof from every other use of the cluster's secret.
    package static let proofLabel = "starling conversation proof 1"
}

/// The kind byte of a frame.
package enum MessageKind: UInt8, Sendable, CaseIterable {
    case greeting = 1
    case proof = 2
    case digest = 3
    case records = 4
    case credit = 5
    case closing = 6
    case settled = 7
    case goodbye = 8
    case refusal = 9
    case membership = 10
    case leadership = 11
}

/// Bounds on what is taken from the wire.
package enum MessageLimits {
    /// Bytes in a payload before the other side's greeting has been accepted.
    package static let greetingPayload = 64 * 1024
    /// Bytes in any payload: a wanted amount of records, and the rest of the batch that began in it.
    package static let maximumPayload = DataLimits.recordLength + DataLimits.batchLength
    /// Bytes of records that an owner aims at in one message.
    package static let recordsPayload = 256 * 1024
    /// Records in one message.
    package static let recordsCount = maximumPayload / 16
    /// Bytes in a cluster's or a node's name.
    package static let nameLength = 255
    /// Bytes in a host, as in RFC 1035, section 2.3.4.
    package static let hostLength = 253
    /// Predecessors that a greeting names.
    package static let predecessors = 64
    /// Resolver names in a digest.
    package static let resolvers = 256
    /// Bytes of all resolver names in a digest together.
    package static let resolverBytes = 16 * 1024
    /// Other peers that a digest tells of.
    package static let announcedPeers = 64
    /// Members that a report lists.
    package static let knownMembers = 1024
    /// Peers in one message about forgetting.
    package static let forgottenPeers = 64
    /// Ranges of void writes that one message tells of.
    package static let voidRanges = 1024
    /// Bytes that leader mode says at once.
    package static let leadershipBytes = maximumPayload - 8
    /// Bytes in a refusal's text.
    package static let refusalText = 1024
    /// Bytes in a proof.
    package static let proofLength = 32
}
