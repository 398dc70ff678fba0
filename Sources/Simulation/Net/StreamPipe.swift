import Platform

/// One direction of a stream: bytes written, on the way, arrived, and read, in one buffer with marks.
///
/// - Invariant: read ≤ delivered ≤ sent ≤ written, and acknowledged ≤ delivered.
struct StreamPipe {
    /// Bytes that travel together.
    struct Chunk {
        /// The position after its last byte.
        var end: Int
        var arrival: Instant
        /// The sender has finished; the chunk has no bytes.
        var isEnd: Bool
    }

    /// Bytes from position `base` on; those before `read` are dropped from time to time.
    private var bytes: [UInt8] = []
    private var base = 0
    private(set) var read = 0
    private(set) var delivered = 0
    private(set) var sent = 0
    var written: Int { self.base + self.bytes.count }
    /// What the sender knows to have arrived.
    private(set) var acknowledged = 0
    /// How far the sender may send, as far as it knows.
    private(set) var windowEnd: Int

    private(set) var inFlight: [Chunk] = []
    private(set) var isEndDelivered = false
    private var isEndSent = false
    /// The sender has closed: when all is sent, the end is.
    var isEndWanted = false

    /// An event that delivers the first chunk is under way.
    var isDeliveryScheduled = false
    var isAcknowledgementScheduled = false
    /// The wait before the next attempt, if the last was lost.
    var retryDelay: Delay?
    /// When the sender last learned that something arrived, or began to wait for it.
    private(set) var lastProgress = Instant(nanoseconds: 0)

    init(window: Int) {
        self.windowEnd = max(1, window)
    }

    /// Bytes ready to be read.
    var readable: Int { self.delivered - self.read }

    /// Bytes that the sender holds until they are acknowledged.
    var held: Int { self.written - self.acknowledged }

    var hasUnacknowledged: Bool { self.sent > self.acknowledged }

    /// Whether the sender could put something on the way.
    var canSend: Bool {
        self.sent < min(self.written, self.windowEnd)
            || (self.isEndWanted && !self.isEndSent && self.sent == self.written)
    }

    mutating func write(_ source: Span<UInt8>) {
        unsafe source.withUnsafeBufferPointer { unsafe self.bytes.append(contentsOf: $0) }
    }

    /// Puts a chunk of at most `limit` bytes on the way.
    mutating func send(limit: Int, arrival: Instant, now: Instant) {
        if !self.hasUnacknowledged {
            self.lastProgress = now
        }
        let available = min(self.written, self.windowEnd) - self.sent
        if available > 0 {
            self.sent += min(available, max(1, limit))
            self.inFlight.append(Chunk(end: self.sent, arrival: arrival, isEnd: false))
        } else {
            self.isEndSent = true
            self.inFlight.append(Chunk(end: self.sent, arrival: arrival, isEnd: true))
        }
    }

    /// The first chunk arrives; returns how many bytes it had.
    mutating func deliver() -> Int {
        guard !self.inFlight.isEmpty else { return 0 }
        let chunk = self.inFlight.removeFirst()
        let count = chunk.end - self.delivered
        self.delivered = chunk.end
        self.isEndDelivered = self.isEndDelivered || chunk.isEnd
        self.retryDelay = nil
        return count
    }

    /// The bytes that the last delivery brought.
    func lastDelivered(_ count: Int) -> ArraySlice<UInt8> {
        self.bytes[self.delivered - count - self.base..<self.delivered - self.base]
    }

    /// Takes bytes that have arrived; returns how many.
    mutating func read(into destination: inout MutableSpan<UInt8>) -> Int {
        let count = min(destination.count, self.readable)
        let start = self.read - self.base
        unsafe destination.withUnsafeMutableBufferPointer { target in
            unsafe self.bytes.withUnsafeBufferPointer { source in
                // start + count is at most the delivered mark, which lies within the buffer.
                guard count > 0, let to = target.baseAddress, let from = source.baseAddress else { return }
                unsafe to.update(from: from + start, count: count)
            }
        }
        self.read += count
        if self.read == self.written {
            self.bytes.removeAll(keepingCapacity: true)
            self.base = self.read
        } else if self.read - self.base > 64 << 10 {
            self.bytes.removeFirst(self.read - self.base)
            self.base = self.read
        }
        return count
    }

    /// The sender learns what arrived, and how much room the receiver has.
    mutating func acknowledge(window: Int, now: Instant) {
        self.acknowledged = self.delivered
        self.windowEnd = max(self.windowEnd, self.read + max(1, window))
        self.lastProgress = now
    }

    /// Whether the receiver should tell the sender that it has read.
    func needsWindowUpdate(window: Int) -> Bool {
        self.windowEnd - self.delivered <= max(1, window) / 2
    }
}
