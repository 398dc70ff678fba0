/// Replies on their way to a client, some of which must not leave before the log is synced.
///
/// In leader mode replies wait for tickets instead, which are numbers beyond every position. Replies leave in order, so
/// one that is held holds those behind it.
package struct ReplyBuffer: Sendable {
    private struct Hold: Sendable {
        /// How many bytes, counted from the start of the connection, may leave before it.
        var position: UInt64
        var lsn: UInt64
    }

    /// Encoded replies; the first ``sentLength`` bytes have left.
    package var bytes: [UInt8] = []
    package private(set) var sentLength = 0
    private var droppedLength: UInt64 = 0
    private var holds: [Hold] = []
    private var firstHold = 0

    package init() {}

    package var isEmpty: Bool {
        self.sentLength == self.bytes.count
    }

    /// Bytes not sent yet, held or not.
    package var unsentLength: Int {
        self.bytes.count - self.sentLength
    }

    /// Holds everything from `start` on, an index of ``bytes``, until the log is synced up to `lsn`.
    package mutating func hold(from start: Int, until lsn: UInt64) {
        let position = self.droppedLength + UInt64(start)
        if self.firstHold < self.holds.count, let last = self.holds.last {
            // Behind a later position of the log it is held long enough already.
            if last.lsn >= lsn, (last.lsn >= TicketQueue.base) == (lsn >= TicketQueue.base) { return }
        }
        self.holds.append(Hold(position: position, lsn: lsn))
    }

    /// How many bytes from ``sentLength`` on may leave by now.
    package mutating func sendableLength(_ acknowledged: Acknowledged) -> Int {
        while self.firstHold < self.holds.count, acknowledged.covers(self.holds[self.firstHold].lsn) {
            self.firstHold += 1
        }
        guard self.firstHold < self.holds.count else {
            self.holds.removeAll(keepingCapacity: true)
            self.firstHold = 0
            return self.unsentLength
        }
        if self.firstHold >= 64, self.firstHold * 2 > self.holds.count {
            // Under steady load some reply is always held: what was released must not stay for good.
            self.holds.removeFirst(self.firstHold)
            self.firstHold = 0
        }
        return max(0, Int(self.holds[self.firstHold].position - self.droppedLength) - self.sentLength)
    }

    /// Notes that `count` more bytes have left.
    package mutating func sent(_ count: Int) {
        self.sentLength += count
        guard self.sentLength == self.bytes.count || self.sentLength > 256 * 1024 else { return }
        self.droppedLength += UInt64(self.sentLength)
        if self.sentLength == self.bytes.count {
            self.bytes.removeAll(keepingCapacity: self.bytes.capacity <= 256 * 1024)
        } else {
            self.bytes.removeFirst(self.sentLength)
        }
        self.sentLength = 0
    }

    /// Drops what is still held; true if there was any. For what will never be acknowledged.
    package mutating func dropHeld(_ acknowledged: Acknowledged) -> Bool {
        let sendable = self.sendableLength(acknowledged)
        guard self.firstHold < self.holds.count else { return false }
        self.bytes.removeLast(self.unsentLength - sendable)
        self.holds.removeAll()
        self.firstHold = 0
        return true
    }
}
