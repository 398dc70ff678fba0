import ByteCoding
import Causality
import DataModel

// The payload of a membership message, little-endian:
//
//   membership = what u8 | ...
//   1 forget request   attempt u64 | count | peer u64 ...
//   2 forget report    attempt u64 | held context | voids context | count | (peer u64 | name text) ...
//                      | objection text
//   3 forget query     attempt u64
//   4 forget end       attempt u64
//   5 departed         count | peer u64 ... | voids context
//   6 snapshot wanted  nothing

extension MembershipMessage {
    func encode(into writer: inout ByteWriter) {
        switch self {
        case .forgetRequest(let attempt, let subjects):
            writer.write(UInt8(1))
            writer.write(attempt)
            writer.write(peers: subjects)
        case .forgetReport(let report):
            writer.write(UInt8(2))
            writer.write(report.attempt)
            writer.write(report.held)
            writer.write(report.voids)
            writer.writeCount(report.members.count)
            for member in report.members {
                writer.write(member.peer.rawValue)
                writer.write(member.name)
            }
            writer.write(report.objection)
        case .forgetQuery(let attempt):
            writer.write(UInt8(3))
            writer.write(attempt)
        case .forgetEnd(let attempt):
            writer.write(UInt8(4))
            writer.write(attempt)
        case .departed(let peers, let voids):
            writer.write(UInt8(5))
            writer.write(peers: peers)
            writer.write(voids)
        case .snapshotWanted:
            writer.write(UInt8(6))
        }
    }

    init(from reader: inout ByteReader) throws(DecodingError) {
        switch try reader.readUInt8() {
        case 1: self = .forgetRequest(attempt: try reader.readUInt64(), subjects: try reader.readPeers())
        case 2: self = .forgetReport(try ForgetReport(from: &reader))
        case 3: self = .forgetQuery(attempt: try reader.readUInt64())
        case 4: self = .forgetEnd(attempt: try reader.readUInt64())
        case 5: self = .departed(try reader.readPeers(), voids: try reader.readContext())
        case 6: self = .snapshotWanted
        default: throw .malformed
        }
    }
}

extension ForgetReport {
    fileprivate init(from reader: inout ByteReader) throws(DecodingError) {
        let attempt = try reader.readUInt64()
        let held = try reader.readContext()
        let voids = try reader.readContext()
        var members: [KnownMember] = []
        for _ in 0..<(try reader.readCount(maximum: MessageLimits.knownMembers)) {
            let peer = PeerID(rawValue: try reader.readUInt64())
            members.append(KnownMember(peer: peer, name: try reader.readName()))
        }
        self.init(
            attempt: attempt, held: held, voids: voids, members: members,
            objection: try reader.readLine(maximum: MessageLimits.refusalText))
    }
}

extension ByteWriter {
    fileprivate mutating func write(peers: [PeerID]) {
        self.writeCount(peers.count)
        for peer in peers { self.write(peer.rawValue) }
    }
}

extension ByteReader {
    fileprivate mutating func readPeers() throws(DecodingError) -> [PeerID] {
        var peers: [PeerID] = []
        for _ in 0..<(try self.readCount(maximum: MessageLimits.forgottenPeers)) {
            peers.append(PeerID(rawValue: try self.readUInt64()))
        }
        return peers
    }
}
