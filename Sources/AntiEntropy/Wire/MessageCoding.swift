package import ByteCoding
import Causality
import DataModel
import Platform

extension ConversationMessage {
    /// Appends this message as one frame.
    package func encode(partition: UInt16, into writer: inout ByteWriter) {
        let start = writer.count
        writer.write(UInt32(0))
        writer.write(UInt32(0))
        writer.write(self.kind.rawValue)
        writer.write(partition)
        self.encodePayload(into: &writer)
        writer.overwrite(UInt32(writer.count - start - MessageFormat.headerLength), at: start)
        let checksum = FrameDecoder.checksum(of: writer.bytes.span, frame: start..<writer.count)
        writer.overwrite(checksum, at: start + MessageFormat.checksumOffset)
    }

    private func encodePayload(into writer: inout ByteWriter) {
        switch self {
        case .greeting(let greeting): greeting.encode(into: &writer)
        case .proof(let bytes): writer.write(bytes)
        case .digest(let digest): digest.encode(into: &writer)
        case .records(let records):
            writer.write(records.isSnapshot ? MessageFormat.snapshotFlag : 0)
            writer.writeCount(records.count)
            writer.write(records.bytes.span.extracting(records.range))
        case .credit(let byteCount): writer.writeVarint(byteCount)
        case .closing(let closing): closing.encode(into: &writer)
        case .settled(let context): writer.write(context)
        case .goodbye: break
        case .refusal(let refusal):
            writer.write(refusal.code.rawValue)
            writer.write(refusal.text)
        case .membership(let message): message.encode(into: &writer)
        case .leadership(let bytes): writer.writeLengthPrefixed(bytes)
        }
    }

    /// Reads the message that a frame holds.
    package init(_ frame: PeerFrame) throws(DecodingError) {
        var reader = ByteReader(frame.payload)
        switch frame.kind {
        case .greeting: self = .greeting(try Greeting(from: &reader))
        case .proof: self = .proof(try reader.readBytes(MessageLimits.proofLength))
        case .digest: self = .digest(try Digest(from: &reader))
        case .records:
            let isSnapshot = try reader.readSnapshotFlag()
            let count = try reader.readCount(maximum: MessageLimits.recordsCount)
            guard count > 0 else { throw .malformed }
            self = .records(try EncodedRecords(reading: &reader, count: count, isSnapshot: isSnapshot))
        case .credit:
            let byteCount = try reader.readVarint()
            guard byteCount > 0 else { throw .malformed }
            self = .credit(byteCount)
        case .closing: self = .closing(try Closing(from: &reader))
        case .settled: self = .settled(try reader.readContext())
        case .goodbye: self = .goodbye
        case .refusal:
            let code = Refusal.Code(rawValue: try reader.readUInt8()) ?? .other
            self = .refusal(Refusal(code, try reader.readLine(maximum: MessageLimits.refusalText)))
        case .membership: self = .membership(try MembershipMessage(from: &reader))
        case .leadership:
            let count = try reader.readCount(maximum: MessageLimits.leadershipBytes)
            self = .leadership(try reader.readBytes(count))
        }
        // A later version may say more in its greeting; that must not keep it from being understood.
        if frame.kind != .greeting { try reader.finish() }
    }
}

extension Greeting {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.write(self.minimumVersion)
        writer.write(self.maximumVersion)
        writer.write(self.cluster)
        writer.write(self.peer.rawValue)
        writer.write(self.incarnation)
        writer.write(self.name)
        writer.write(self.advertised)
        writer.write(self.challenge)
        writer.write(self.hasSecret ? UInt8(1) : UInt8(0))
        writer.writeCount(self.predecessors.count)
        for peer in self.predecessors { writer.write(peer.rawValue) }
        writer.write(self.isHealing ? UInt8(1) : UInt8(0))
    }

    fileprivate init(from reader: inout ByteReader) throws(DecodingError) {
        let minimum = try reader.readUInt16()
        let maximum = try reader.readUInt16()
        guard minimum <= maximum else { throw .malformed }
        let cluster = try reader.readName()
        let peer = PeerID(rawValue: try reader.readUInt64())
        let incarnation = try reader.readUInt64()
        let name = try reader.readName()
        let advertised = try reader.readAddress()
        let challenge = try reader.readUInt128()
        let hasSecret = try reader.readUInt8()
        guard hasSecret <= 1 else { throw .malformed }
        var predecessors: [PeerID] = []
        for _ in 0..<(try reader.readCount(maximum: MessageLimits.predecessors)) {
            predecessors.append(PeerID(rawValue: try reader.readUInt64()))
        }
        self.init(
            cluster: cluster, peer: peer, incarnation: incarnation, name: name, advertised: advertised,
            challenge: challenge, hasSecret: hasSecret == 1, predecessors: predecessors, minimumVersion: minimum,
            maximumVersion: maximum)
        self.isHealing = try reader.readUInt8() == 1
    }
}

extension Digest {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeVarint(self.round)
        writer.write(self.context)
        writer.write(self.floor)
        writer.write(self.lastOwn)
        writer.write(self.liveHash)
        writer.write(self.timestamp.rawValue)
        writer.writeCount(self.resolvers.count)
        for name in self.resolvers { writer.write(name) }
        writer.writeCount(self.peers.count)
        for announcement in self.peers {
            writer.write(announcement.peer.rawValue)
            writer.write(announcement.name)
            writer.write(announcement.address)
        }
    }

    fileprivate init(from reader: inout ByteReader) throws(DecodingError) {
        let round = try reader.readVarint()
        let context = try reader.readContext()
        let floor = try reader.readVector()
        let lastOwn = try reader.readLastOwn()
        let liveHash = try reader.readUInt128()
        let timestamp = HybridTimestamp(rawValue: try reader.readUInt64())
        var resolvers: [String] = []
        var bytesLeft = MessageLimits.resolverBytes
        let resolverCount = try reader.readCount(maximum: MessageLimits.resolvers)
        // A byte a name at the least: nobody makes room for more than was sent.
        resolvers.reserveCapacity(min(resolverCount, reader.remaining))
        for _ in 0..<resolverCount {
            let name = try reader.readString(maximum: bytesLeft)
            bytesLeft -= name.utf8.count
            resolvers.append(name)
        }
        var peers: [PeerAnnouncement] = []
        for _ in 0..<(try reader.readCount(maximum: MessageLimits.announcedPeers)) {
            let peer = PeerID(rawValue: try reader.readUInt64())
            let name = try reader.readName()
            peers.append(PeerAnnouncement(peer: peer, name: name, address: try reader.readAddress()))
        }
        self.init(
            context: context, floor: floor, lastOwn: lastOwn, liveHash: liveHash, timestamp: timestamp,
            resolvers: resolvers, peers: peers, round: round)
    }
}

extension Closing {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.write(self.isSnapshot ? MessageFormat.snapshotFlag : 0)
        writer.write(self.context)
        writer.write(self.floor)
        writer.write(self.lastOwn)
        writer.writeVarint(self.recordCount)
    }

    fileprivate init(from reader: inout ByteReader) throws(DecodingError) {
        let isSnapshot = try reader.readSnapshotFlag()
        let context = try reader.readContext()
        let floor = try reader.readVector()
        let lastOwn = try reader.readLastOwn()
        self.init(
            context: context, floor: floor, lastOwn: lastOwn, isSnapshot: isSnapshot,
            recordCount: try reader.readVarint())
    }
}
