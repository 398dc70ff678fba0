import ByteCoding
import Causality

extension ByteWriter {
    mutating func write(_ term: Term) {
        self.writeVarint(term.rawValue)
    }

    mutating func write(_ position: LogPosition) {
        self.writeVarint(position.index)
        self.write(position.term)
    }

    mutating func write(_ isSo: Bool) {
        self.write(isSo ? UInt8(1) : 0)
    }

    mutating func write(_ electorate: Electorate) {
        for peers in [electorate.voters, electorate.learners] {
            self.writeCount(peers.count)
            for peer in peers { self.write(peer.rawValue) }
        }
    }
}

extension ByteReader {
    mutating func readTerm() throws(DecodingError) -> Term {
        let value = try self.readVarint()
        guard value <= Term.maximum.rawValue else { throw .tooLarge }
        return Term(rawValue: value)
    }

    mutating func readPosition() throws(DecodingError) -> LogPosition {
        let index = try self.readVarint()
        return LogPosition(index: index, term: try self.readTerm())
    }

    mutating func readBool() throws(DecodingError) -> Bool {
        switch try self.readUInt8() {
        case 0: return false
        case 1: return true
        default: throw .malformed
        }
    }

    mutating func readPeers(maximum: Int) throws(DecodingError) -> [PeerID] {
        let count = try self.readCount(maximum: maximum)
        var peers: [PeerID] = []
        for _ in 0..<count { peers.append(PeerID(rawValue: try self.readUInt64())) }
        return peers
    }

    mutating func readElectorate() throws(DecodingError) -> Electorate {
        let voters = try self.readPeers(maximum: Electorate.maximumCount)
        let learners = try self.readPeers(maximum: Electorate.maximumCount)
        guard let electorate = Electorate(voters: voters, learners: learners), electorate.voters == voters,
            electorate.learners == learners
        else { throw .malformed }
        return electorate
    }
}
