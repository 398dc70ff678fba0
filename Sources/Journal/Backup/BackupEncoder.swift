import ByteCoding
import Causality
import DataModel

/// Writes the bytes of a backup; see ``BackupFormat``.
struct BackupEncoder {
    private let id: UInt64
    private var output = ByteWriter()
    /// Bytes handed out so far.
    private var outputStart: UInt64 = 0
    private var frames: UInt64 = 0
    /// The CRC over the frames' CRCs.
    private var chain: UInt32 = 0

    init(id: UInt64) {
        self.id = id
        self.output.write(BackupFormat.magic)
        self.output.write(BackupFormat.version)
        self.output.write(BackupEncoder.headerChecksum(version: BackupFormat.version, id: id))
        self.output.write(id)
    }

    /// Bytes written so far.
    var length: UInt64 { self.outputStart + UInt64(self.output.count) }
    /// Bytes not handed out yet.
    var pendingCount: Int { self.output.count }

    /// Appends a frame whose payload `body` writes.
    ///
    /// - Precondition: The payload is at most ``BackupFormat/payloadMaximum`` bytes long.
    mutating func append(_ kind: BackupFrameKind, _ body: (inout ByteWriter) -> Void) {
        let start = self.output.count
        let offset = self.length
        self.output.write(UInt32(0))
        self.output.write(UInt32(0))
        self.output.write(kind.rawValue)
        body(&self.output)
        let payload = (start + BackupFormat.frameHeaderLength)..<self.output.count
        precondition(payload.count <= BackupFormat.payloadMaximum, "a frame of \(payload.count) bytes")
        let checksum = BackupEncoder.checksum(
            of: self.output.bytes.span.extracting(payload), kind: kind.rawValue, offset: offset, id: self.id)
        self.output.overwrite(UInt32(payload.count), at: start)
        self.output.overwrite(checksum, at: start + 4)
        self.frames += 1
        self.chain = BackupEncoder.chained(self.chain, checksum)
    }

    /// Appends a context in as many frames as it takes.
    mutating func append(_ kind: BackupFrameKind, _ context: CausalContext) {
        guard !context.isEmpty else { return }
        for part in context.encodableParts { self.append(kind) { $0.write(part) } }
    }

    /// Appends the frame that ends a backup.
    mutating func appendEnd(records: UInt64, kept: UInt64, contextOffset: UInt64) {
        let (frames, chain) = (self.frames, self.chain)
        self.append(.end) { writer in
            writer.write(records)
            writer.write(kept)
            writer.write(frames)
            writer.write(contextOffset)
            writer.write(chain)
        }
    }

    /// Hands out what has been written since it was last called.
    mutating func take() -> [UInt8] {
        let bytes = self.output.bytes
        self.outputStart += UInt64(bytes.count)
        self.output = ByteWriter()
        return bytes
    }

    static func headerChecksum(version: UInt32, id: UInt64) -> UInt32 {
        let magic = BackupFormat.magic
        let checksum = Checksum.crc32c(0, magic.span)
        return Checksum.crc32c(checksum, words: (UInt64(version), id, 0, 0))
    }

    static func checksum(of payload: Span<UInt8>, kind: UInt8, offset: UInt64, id: UInt64) -> UInt32 {
        let head = UInt64(payload.count) | UInt64(kind) << 32
        return Checksum.crc32c(0, words: (UInt64(Checksum.crc32c(0, payload)), id, offset, head))
    }

    static func chained(_ chain: UInt32, _ checksum: UInt32) -> UInt32 {
        Checksum.crc32c(chain, words: (UInt64(checksum), 0, 0, 0))
    }
}
