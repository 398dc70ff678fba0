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
        var departure: Instant
        /// What arrives with it or after it is not seen in the same moment.
        var isAlone: Bool
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

    private var inFlight: [Chunk] = []
    private(set) var isEndDelivered = false
    private var isEndSent = false
    /// When bytes were last put on the way.
    private var lastDeparture: Instant?
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

    /// Whether there is something to be read, if only the end.
    var isReadable: Bool { self.delivered > self.read || self.isEndDelivered }

    /// How many bytes could be put on the way.
    var sendable: Int { min(self.written, self.windowEnd) - self.sent }

    /// Whether the next thing to arrive has bytes.
    var hasBytesInFlight: Bool { self.inFlight.first.map { !$0.isEnd } ?? false }

    /// Whether the sender waits to hear that something arrived.
    var isWaiting: Bool { self.hasUnacknowledged || !self.inFlight.isEmpty }

    /// Whether bytes were put on the way at this very moment.
    func hasSent(at now: Instant) -> Bool { self.lastDeparture == now }

    /// Lets what can be sent travel with what was sent at the same moment, up to `limit` bytes together.
    mutating func extendLast(to limit: Int, at now: Instant) {
        guard self.sendable > 0, let last = self.inFlight.last, last.departure == now, !last.isAlone, !last.isEnd
        else { return }
        let start = self.inFlight.count > 1 ? self.inFlight[self.inFlight.count - 2].end : self.delivered
        let added = min(self.sendable, limit - (last.end - start))
        guard added > 0 else { return }
        self.sent += added
        self.inFlight[self.inFlight.count - 1].end = self.sent
    }

    /// Puts a chunk of at most `limit` bytes on the way. Nothing overtakes what was sent before it.
    mutating func send(limit: Int, isAlone: Bool, arrival: Instant, now: Instant) {
        if !self.hasUnacknowledged {
            self.lastProgress = now
        }
        let arrival = self.inFlight.last.map { max($0.arrival, arrival) } ?? arrival
        let available = self.sendable
        if available > 0 {
            self.sent += min(available, max(1, limit))
            self.lastDeparture = now
        } else {
            self.isEndSent = true
        }
        self.inFlight.append(
            Chunk(end: self.sent, arrival: arrival, departure: now, isAlone: isAlone, isEnd: available <= 0))
    }

    /// When the next delivery is; nil if there is none, or its event is under way already.
    mutating func takeDelivery() -> Instant? {
        guard !self.isDeliveryScheduled, !self.inFlight.isEmpty else { return nil }
        self.isDeliveryScheduled = true
        return self.inFlight[0].arrival
    }

    /// All chunks that are due arrive, up to one that arrives alone; returns how many bytes they had.
    mutating func deliver(at now: Instant) -> Int {
        var count = 0
        for chunk in self.inFlight where count == 0 || chunk.arrival <= now {
            self.isEndDelivered = self.isEndDelivered || chunk.isEnd
            count += 1
            if chunk.isAlone { break }
        }
        guard count > 0 else { return 0 }
        let end = self.inFlight[count - 1].end
        self.inFlight.removeFirst(count)
        self.retryDelay = nil
        defer { self.delivered = end }
        return end - self.delivered
    }

    /// Calls `body` with the bytes that the last delivery brought, so many.
    func withLastDelivered(_ count: Int, _ body: (Span<UInt8>) -> Void) {
        body(self.bytes.span.extracting(self.delivered - count - self.base..<self.delivered - self.base))
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

    /// The sender learns what arrived, and how much room the receiver has. The receiver does not offer
    /// little pieces of room (the silly window of RFC 9293, section 3.8.6.2.2).
    mutating func acknowledge(window: Int, now: Instant) {
        self.acknowledged = self.delivered
        if self.needsWindowUpdate(window: window) { self.windowEnd = self.read + max(1, window) }
        self.lastProgress = now
    }

    /// Whether the receiver should tell the sender that it has read.
    func needsWindowUpdate(window: Int) -> Bool {
        self.read + max(1, window) - self.windowEnd >= (max(1, window) + 1) / 2
    }
}
