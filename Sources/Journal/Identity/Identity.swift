import ByteCoding
package import Causality

/// Who writes in a data directory, and who did before.
package struct Identity: Hashable, Sendable {
    /// The peer ID of what is written from now on.
    package internal(set) var peer: PeerID
    package let cluster: String
    /// The program that created the directory.
    package let createdBy: String
    /// Every earlier peer ID whose segments may still be here, newest first.
    var lineage: [PeerID]

    /// Predecessors as peers are told of them.
    package static let announcedPredecessors = 64
    /// Predecessors that the file may list. Each began a segment of its own.
    static let lineageMaximum = 4096
    /// Bytes that the file may have.
    static let fileLengthMaximum = 256 * 1024

    /// The newest earlier peer IDs, newest first, at most ``announcedPredecessors``.
    package var predecessors: [PeerID] {
        Array(self.lineage.prefix(Identity.announcedPredecessors))
    }

    init(peer: PeerID, cluster: String, createdBy: String, lineage: [PeerID] = []) {
        self.peer = peer
        self.cluster = cluster
        self.createdBy = createdBy
        self.lineage = lineage
    }

    // The file, one item a line, the last line covering all before it:
    //
    //   starling-identity 1
    //   peer 0123456789abcdef
    //   created-by starling 0.1.0
    //   predecessor fedcba9876543210        (any number, newest first)
    //   cluster NAME
    //   crc 01234567

    private static let title = "starling-identity "
    /// The version of the file this program writes, and the newest it reads.
    private static let version: UInt32 = 1

    /// Why a file is no identity of ours.
    enum Refusal: Error, Hashable {
        case damaged
        case newer(version: UInt32)
    }

    var bytes: [UInt8] {
        var text = "\(Identity.title)\(Identity.version)\npeer \(self.peer)\ncreated-by \(self.createdBy)\n"
        for predecessor in self.lineage { text += "predecessor \(predecessor)\n" }
        text += "cluster \(self.cluster)\n"
        var bytes = Array(text.utf8)
        let digits = String(Checksum.crc32c(0, bytes.span), radix: 16)
        bytes += Array("crc \(String(repeating: "0", count: 8 - digits.count))\(digits)\n".utf8)
        return bytes
    }

    init(_ bytes: [UInt8]) throws(Refusal) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .damaged }
        // By bytes: to look for the ends of characters takes far longer than all the rest.
        let newline = UInt8(ascii: "\n")
        var lines = text.utf8.split(separator: newline, omittingEmptySubsequences: false).map { Substring($0) }
        // The last line ends with a newline as well.
        guard lines.popLast() == "", let last = lines.popLast(), last.hasPrefix("crc "), last.utf8.count == 12,
            let checksum = UInt32(last.dropFirst(4), radix: 16),
            checksum == Checksum.crc32c(0, bytes.span.extracting(0..<(bytes.count - 13)))
        else { throw .damaged }
        guard let first = lines.first, first.hasPrefix(Identity.title),
            let version = UInt32(first.dropFirst(Identity.title.utf8.count))
        else { throw .damaged }
        guard version <= Identity.version else { throw .newer(version: version) }
        var peer: PeerID?
        var cluster: Substring?
        var createdBy: Substring = ""
        var lineage: [PeerID] = []
        for line in lines.dropFirst() {
            let space = line.firstIndex(of: " ") ?? line.endIndex
            let value = line[space...].dropFirst()
            switch line[..<space] {
            case "peer": peer = PeerID(parsing: value)
            case "created-by": createdBy = value
            case "cluster": cluster = value
            case "predecessor":
                guard let id = PeerID(parsing: value), lineage.count < Identity.lineageMaximum else { throw .damaged }
                lineage.append(id)
            default: throw .damaged
            }
        }
        guard let peer, let cluster else { throw .damaged }
        self.init(peer: peer, cluster: String(cluster), createdBy: String(createdBy), lineage: lineage)
    }
}
