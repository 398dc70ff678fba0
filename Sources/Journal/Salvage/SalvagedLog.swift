import ByteCoding
import Causality
import DataModel
import Platform

/// What is intact of a log that was found damaged.
///
/// Records are believed, and gone frames: each bears a CRC of its own. Joins are not, for they claim records that may
/// be among what is lost; and so is no dot that a gone frame names, for the floor that belongs to it may be.
///
/// - Invariant: of every dot of ``claims``, ``index`` holds the record, or one that covers it.
final class SalvagedLog {
    /// The live records, as far as anybody can tell: what ended one of them may be lost.
    let index: LiveIndex
    /// What may be claimed once all live records are known to be where they belong.
    private(set) var claims: CausalContext
    /// What may have been collected.
    let floor: VersionVector
    /// What was found in each file.
    let reports: [FileReport]
    private let segments: [Segment]
    private let files: any FileSystem
    /// How often the system has refused to give a record.
    private var refusals = 0
    /// At ten attempts a second the disk has some ten seconds to come to its senses.
    private static let refusalMaximum = 100
    /// The file that was read last.
    private var opened: (number: UInt64, file: FileID)?

    /// Reads all segments in `directory`.
    init(_ directory: String, peers: [PeerID], hashSeed: UInt64, files: any FileSystem) throws(JournalError) {
        var inspection = LogInspection(of: directory, peers: peers, acceptsOthers: true, files: files)
        let index = LiveIndex(hashSeed: hashSeed)
        var replay = Replay(into: index, peer: PeerID(rawValue: 0), isSalvage: true)
        try inspection.run { segment, frame, scanner throws(JournalError) in
            do throws(DecodingError) {
                try replay.apply(frame, scanner.reader(of: frame))
                return true
            } catch {
                return false
            }
        }
        let state = replay.finish()
        self.index = index
        self.claims = state.context.missing(from: replay.gone)
        self.floor = state.floor
        self.reports = inspection.reports
        self.segments = inspection.segments
        self.files = files
    }

    /// Bytes that are damaged, as far as their number is known.
    var damagedBytes: UInt64 {
        self.reports.reduce(0) { $0 + $1.damage.reduce(0) { $0 + $1.byteCount } }
    }

    /// The bytes of a record; nil if they are not what was written any more.
    ///
    /// - Throws: when the system does not give them, which it has done before. See ``mayTryAgain()``.
    func read(_ record: LiveRecord) throws(JournalError) -> [UInt8]? {
        guard let segment = self.segments.last(where: { $0.firstLSN <= record.lsn }) else { return nil }
        let file = try JournalError.unlessRefused { () throws(SystemCallError) in try self.open(segment) }
        let offset = record.lsn - segment.firstLSN + UInt64(LogFormat.frameHeaderLength)
        let count = Int(record.recordLength)
        var bytes: [UInt8] = []
        guard try WholeReads.read(file, at: offset, count: count, into: &bytes, files: self.files) == count,
            Checksum.crc32c(0, bytes.span) == record.checksum
        else { return nil }
        return bytes
    }

    /// Whether to try once more what the system has refused. Not for ever: a place may have gone bad since it was read.
    func mayTryAgain() -> Bool {
        self.refusals += 1
        return self.refusals <= SalvagedLog.refusalMaximum
    }

    private func open(_ segment: Segment) throws(SystemCallError) -> FileID {
        if let opened = self.opened, opened.number == segment.number { return opened.file }
        self.close()
        let file = try self.files.open(segment.path, .read)
        self.opened = (segment.number, file)
        return file
    }

    /// Nothing is claimed: a record that had been read cannot be any more.
    func renounce() { self.claims = CausalContext() }

    /// Closes the file that was read last.
    func close() {
        if let opened = self.opened { self.files.close(opened.file) }
        self.opened = nil
    }
}
