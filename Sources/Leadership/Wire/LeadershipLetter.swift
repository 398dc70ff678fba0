package import ByteCoding
import Causality

/// What members of leader mode, or those about to found it, say to each other.
///
/// Leader mode can be ended and founded anew. Each time is an era of its own, with a number drawn at random: what is
/// said in one means nothing in another, whose terms and indices begin again.
package enum LeadershipLetter: Hashable, Sendable {
    /// A message of the decider, from a member that knows of so many voters.
    case raft(RaftMessage, voters: Int)
    /// The sender wants to found this era: take no writes for a while, and promise nothing to others meanwhile.
    case foundingRequest
    /// The answer: whether that is promised; if not, why.
    case foundingAnswer(isGranted: Bool, reason: String)
    /// The sender is not, or no longer, a member in this era.
    case absent
    /// Records that a former leader had to give up: propose them, with the dots they have.
    case revival([[UInt8]])
}

// Letter: era u64 | kind u8 | ...
//
//   1 raft              voters varint | a message
//   2 founding request  nothing
//   3 founding answer   granted u8 | reason: length, UTF-8
//   4 absent            nothing
//   5 revival           count | (length | record) ...

extension LeadershipLetter {
    private enum Kind: UInt8 {
        case raft = 1
        case foundingRequest = 2
        case foundingAnswer = 3
        case absent = 4
        case revival = 5
    }

    /// Bytes in a reason.
    private static let reasonLength = 512

    /// The bytes of the letter in an era.
    package func encoded(era: UInt64) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(era)
        switch self {
        case .raft(let message, let voters):
            writer.write(Kind.raft.rawValue)
            writer.writeCount(voters)
            message.encode(into: &writer)
        case .foundingRequest: writer.write(Kind.foundingRequest.rawValue)
        case .foundingAnswer(let isGranted, let reason):
            writer.write(Kind.foundingAnswer.rawValue)
            writer.write(isGranted)
            writer.writeLengthPrefixed(Array(reason.utf8.prefix(LeadershipLetter.reasonLength)))
        case .absent: writer.write(Kind.absent.rawValue)
        case .revival(let records):
            writer.write(Kind.revival.rawValue)
            writer.writeCount(records.count)
            for record in records { writer.writeLengthPrefixed(record) }
        }
        return writer.bytes
    }

    /// Reads a letter that fills the bytes.
    package static func decode(_ bytes: [UInt8]) throws(DecodingError) -> (era: UInt64, letter: LeadershipLetter) {
        var reader = ByteReader(bytes)
        let era = try reader.readUInt64()
        guard let kind = Kind(rawValue: try reader.readUInt8()) else { throw .malformed }
        let letter: LeadershipLetter
        switch kind {
        case .raft:
            let voters = try reader.readCount(maximum: Electorate.maximumCount)
            letter = .raft(try RaftMessage(from: &reader), voters: voters)
        case .foundingRequest: letter = .foundingRequest
        case .foundingAnswer:
            let isGranted = try reader.readBool()
            let reason = try reader.readBytes(try reader.readCount(maximum: LeadershipLetter.reasonLength))
            letter = .foundingAnswer(isGranted: isGranted, reason: String(decoding: reason, as: UTF8.self))
        case .absent: letter = .absent
        case .revival:
            var records: [[UInt8]] = []
            for _ in 0..<(try reader.readCount(maximum: RaftFormat.entryCount)) {
                records.append(try reader.readBytes(try reader.readCount(maximum: RaftFormat.payloadLength)))
            }
            letter = .revival(records)
        }
        try reader.finish()
        return (era, letter)
    }
}
