import ByteCoding
import Causality
import DataModel

/// The content of a `gone` frame: dots of a key that have left the live set with no live record that
/// covers them all, so that replay does not find them alive again.
struct GoneFrame {
    var key: [UInt8]
    var dots: CausalContext

    /// The frames for a record that leaves: its dot, and all that it covers. Two, if together they are
    /// more than one encoded context may hold.
    static func frames(for record: LiveRecord, key: [UInt8], index: LiveIndex) -> [GoneFrame] {
        var dots = index.fullContext(of: record)
        dots.insert(record.dot)
        if dots.isWithinLimits { return [GoneFrame(key: key, dots: dots)] }
        var own = CausalContext(CollectionOfOne(record.dot))
        if record.replacesAllEarlier { own.insert(1...record.dot.sequence, of: record.dot.peer) }
        return [GoneFrame(key: key, dots: index.context(of: record)), GoneFrame(key: key, dots: own)]
    }

    /// At least as many bytes as the frame has.
    var byteCount: Int {
        LogFormat.frameHeaderLength + 10 + self.key.count + self.dots.encodedBound
    }
}

/// Appending frames that are not records. Space MUST have been reserved.
extension SegmentedLog {
    mutating func append(_ gone: GoneFrame) {
        let start = self.beginFrame(.gone)
        self.writer.writeLengthPrefixed(gone.key)
        self.writer.write(gone.dots)
        _ = self.endFrame(start)
        self.usage.noteGone(byteCount: self.writer.count - start)
    }

    mutating func append(_ context: CausalContext) {
        let start = self.beginFrame(.join)
        self.writer.write(context)
        _ = self.endFrame(start)
    }

    mutating func append(_ floor: VersionVector) {
        let start = self.beginFrame(.floor)
        self.writer.write(floor)
        _ = self.endFrame(start)
    }
}
