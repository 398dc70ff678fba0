import ByteCoding
import Platform

// The file `peers` of a data directory, little-endian, replaced as a whole by renaming `peers.new` over it:
//
//   peers = 'S' 'T' 'A' 'R' 'P' 'E' 'E' 'R' | version u16 | birth u64 | length u32 | CRC-32C u32 | content
//
// `birth` is the file's own birth stamp, which no copy of it has. `length` counts the content, which is the owner's;
// the CRC covers the version, the birth, the length and the content.

/// What a node has learned of its peers, kept beside the log: knowledge that saves time, never data.
///
/// A file that is damaged, or that a newer program wrote, is reported and treated as if it were not there.
package enum PeersFile: Hashable, Sendable {
    /// There is none.
    case none
    /// What was stored last. In a copied directory it is what another node knew, or what this one did once.
    case content([UInt8], isOriginal: Bool)
    /// There is one, and it cannot be used, for this reason.
    case unusable(String)

    private static let magic = Array("STARPEER".utf8)
    private static let version: UInt16 = 1
    private static let headerLength = 26
    /// Bytes of content.
    package static let contentMaximum = 8 * 1024 * 1024

    /// The whole file for a content.
    static func bytes(of content: [UInt8], birth: UInt64) -> [UInt8] {
        var writer = ByteWriter(capacity: PeersFile.headerLength + content.count)
        writer.write(PeersFile.magic)
        writer.write(PeersFile.version)
        writer.write(birth)
        writer.write(UInt32(content.count))
        writer.write(PeersFile.checksum(version: PeersFile.version, birth: birth, content))
        writer.write(content)
        return writer.bytes
    }

    /// What the bytes of a file hold that was born then.
    private init(_ bytes: [UInt8], birth: UInt64) {
        var reader = ByteReader(bytes)
        guard let magic = try? reader.readBytes(PeersFile.magic.count), magic == PeersFile.magic,
            let version = try? reader.readUInt16(), let storedBirth = try? reader.readUInt64(),
            let length = try? reader.readUInt32(), let checksum = try? reader.readUInt32(),
            reader.remaining == Int(length), let content = try? reader.readBytes(Int(length)),
            checksum == PeersFile.checksum(version: version, birth: storedBirth, content)
        else {
            self = .unusable("it is damaged")
            return
        }
        guard version == PeersFile.version else {
            self = .unusable("it has format \(version), of a newer version")
            return
        }
        self = .content(content, isOriginal: storedBirth == birth)
    }

    /// Reads the file of `directory`. Whatever is wrong with it is no obstacle.
    static func read(from directory: String, files: any FileSystem) -> PeersFile {
        let path = FileNames.peers(in: directory)
        guard files.exists(path) else { return .none }
        // What is refused once may be given the next time.
        if let found = try? PeersFile.attempt(path, files) { return found }
        do throws(JournalError) {
            return try PeersFile.attempt(path, files)
        } catch {
            return .unusable("\(error)")
        }
    }

    private static func attempt(_ path: String, _ files: any FileSystem) throws(JournalError) -> PeersFile {
        let file = try JournalError.unlessRefused { () throws(SystemCallError) in try files.open(path, .read) }
        defer { files.close(file) }
        let birth = try JournalError.unlessRefused { () throws(SystemCallError) in try files.birthStamp(of: file) }
        let size = try JournalError.unlessRefused { () throws(SystemCallError) in try files.size(of: file) }
        guard size <= UInt64(PeersFile.headerLength + PeersFile.contentMaximum) else {
            return .unusable("it has \(size) bytes, more than any that was written")
        }
        var bytes: [UInt8] = []
        try WholeReads.read(file, at: 0, count: Int(size), into: &bytes, files: files)
        return PeersFile(bytes, birth: birth)
    }

    private static func checksum(version: UInt16, birth: UInt64, _ content: [UInt8]) -> UInt32 {
        var head = ByteWriter(capacity: 14)
        head.write(version)
        head.write(birth)
        head.write(UInt32(content.count))
        return Checksum.crc32c(Checksum.crc32c(0, head.bytes.span), content.span)
    }
}
