/// The newest bytes of the log, so that what was written lately is read without asking the system.
///
/// A ring of chunks, allocated as they are first needed. It holds what was appended, not what the disk has made of
/// it, up to a fixed length; with none it holds nothing.
///
/// - Invariant: what lies between ``start`` and ``end`` is what was appended there, gaps between stretches apart.
struct RecentBytes {
    /// Bytes in a chunk, unless all are to be less than four times as many.
    private static let usualChunkLength = 256 * 1024

    private let chunkLength: Int
    private let chunkCount: Int
    /// Where in the log each byte lies is told by its LSN alone; empty where nothing was needed yet.
    private var chunks: [[UInt8]] = []
    /// The LSN of the first byte that is held.
    private var start: UInt64 = 0
    /// The LSN after the last.
    private var end: UInt64 = 0

    /// - Parameter length: the most bytes to hold; rounded down to whole chunks.
    init(length: Int) {
        self.chunkLength = max(1, min(length / 4, RecentBytes.usualChunkLength))
        self.chunkCount = length / self.chunkLength
    }

    /// Takes in what was appended to the log at `lsn`, behind all that was before.
    ///
    /// - Complexity: O(n) in the bytes.
    mutating func append(_ bytes: [UInt8], at lsn: UInt64) {
        guard self.chunkCount > 0 else { return }
        let capacity = UInt64(self.chunkLength) * UInt64(self.chunkCount)
        if self.end == 0 { self.start = lsn }
        self.end = lsn + UInt64(bytes.count)
        if self.end > capacity { self.start = max(self.start, self.end - capacity) }
        // Of more than the whole ring only the end is kept.
        var next = bytes.count > Int(capacity) ? bytes.count - Int(capacity) : 0
        while next < bytes.count {
            let (chunk, offset) = self.place(of: lsn + UInt64(next))
            let count = min(self.chunkLength - offset, bytes.count - next)
            while self.chunks.count <= chunk { self.chunks.append([]) }
            if self.chunks[chunk].isEmpty { self.chunks[chunk] = [UInt8](repeating: 0, count: self.chunkLength) }
            unsafe self.chunks[chunk].withUnsafeMutableBytes { destination in
                unsafe bytes.withUnsafeBytes { source in
                    // Both ranges were cut to lie within their arrays.
                    unsafe UnsafeMutableRawBufferPointer(rebasing: destination[offset..<(offset + count)])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[next..<(next + count)]))
                }
            }
            next += count
        }
    }

    /// Makes `bytes` what lies at `lsn`; false, and nothing is changed, if not all of it is held.
    ///
    /// - Precondition: `count` is not negative.
    func copy(_ lsn: UInt64, count: Int, to bytes: inout [UInt8]) -> Bool {
        guard lsn >= self.start, lsn + UInt64(count) <= self.end else { return false }
        bytes.removeAll(keepingCapacity: true)
        while bytes.count < count {
            let (chunk, offset) = self.place(of: lsn + UInt64(bytes.count))
            let length = min(self.chunkLength - offset, count - bytes.count)
            bytes.append(contentsOf: self.chunks[chunk][offset..<(offset + length)])
        }
        return true
    }

    /// Forgets what lies before `lsn`: something else may be found there from now on.
    mutating func drop(below lsn: UInt64) {
        self.start = max(self.start, lsn)
    }

    private func place(of lsn: UInt64) -> (chunk: Int, offset: Int) {
        let (chunk, offset) = lsn.quotientAndRemainder(dividingBy: UInt64(self.chunkLength))
        return (Int(chunk % UInt64(self.chunkCount)), Int(offset))
    }
}
