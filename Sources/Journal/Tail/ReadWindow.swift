/// A stretch of the log that was read ahead, for streams that go through it in order.
///
/// It begins small and doubles as long as the stream goes on where the window ends, so that a stream
/// which jumps about does not read much for nothing.
struct ReadWindow: Sendable {
    private static let least = 4096

    private var bytes: [UInt8] = []
    private var start: UInt64 = 0
    private let maximum: Int
    private var nextLength: Int
    /// The log's layout when the window was read; a compaction changes it.
    private var epoch: UInt64 = 0

    init(maximum: Int) {
        self.maximum = maximum
        self.nextLength = min(ReadWindow.least, maximum)
    }

    /// Returns where `count` bytes from `lsn` on lie in the window, if they do in the log as it is now.
    func range(_ lsn: UInt64, _ count: Int, in log: borrowing SegmentedLog) -> Range<Int>? {
        self.epoch == log.layoutEpoch ? self.range(lsn, count) : nil
    }

    private func range(_ lsn: UInt64, _ count: Int) -> Range<Int>? {
        guard lsn >= self.start, lsn + UInt64(count) <= self.start + UInt64(self.bytes.count) else { return nil }
        let lower = Int(lsn - self.start)
        return lower..<(lower + count)
    }

    func span(_ range: Range<Int>) -> ArraySlice<UInt8> {
        self.bytes[range]
    }

    /// Reads ahead from `lsn` on, and returns where `count` bytes lie in the window; nil if they are
    /// more than a window holds.
    mutating func fill(_ lsn: UInt64, _ count: Int, from log: inout SegmentedLog) throws(JournalError) -> Range<Int>? {
        guard count <= self.maximum else { return nil }
        let end = self.start + UInt64(self.bytes.count)
        let goesOn = lsn >= self.start && lsn <= end + UInt64(self.nextLength)
        self.nextLength = goesOn ? min(self.maximum, self.nextLength * 2) : min(ReadWindow.least, self.maximum)
        do throws(JournalError) {
            try log.readSynced(from: lsn, count: max(count, self.nextLength), into: &self.bytes)
        } catch {
            self.bytes.removeAll()
            throw error
        }
        self.start = lsn
        self.epoch = log.layoutEpoch
        return self.range(lsn, count)
    }
}
