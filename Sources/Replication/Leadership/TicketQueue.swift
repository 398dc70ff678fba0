/// The writes in leader mode that wait for their acknowledgement, in order.
///
/// A ticket is what a reply is held by instead of a position in the log: see ``ReplyBuffer``.
struct TicketQueue {
    /// Tickets are told from positions in the log by their size: no log ever gets so long.
    static let base: UInt64 = 1 << 62

    private var next: UInt64 = 1
    /// Those not answered yet, ascending, from `first` on.
    private var open: [UInt64] = []
    private var first = 0
    /// Whether some will never be answered: whoever waits is to be told so.
    private(set) var hasFailed = false

    /// The next ticket.
    mutating func issue() -> UInt64 {
        defer { self.next += 1 }
        self.open.append(self.next)
        return self.next
    }

    /// Everything up to this one is acknowledged.
    var acknowledged: UInt64 { (self.first < self.open.count ? self.open[self.first] : self.next) - 1 }

    /// How many wait.
    var count: Int { self.open.count - self.first }

    /// These are acknowledged.
    mutating func acknowledge(_ tickets: [UInt64]) {
        for ticket in tickets { self.close(ticket) }
        guard self.first > 64, self.first * 2 > self.open.count else { return }
        self.open.removeFirst(self.first)
        self.first = 0
    }

    /// Nobody will ever say what became of these.
    mutating func fail() { self.hasFailed = self.hasFailed || self.count > 0 }

    /// Whoever waited was told.
    mutating func forgetFailed() {
        guard self.hasFailed else { return }
        self.hasFailed = false
        self.open.removeAll(keepingCapacity: true)
        self.first = 0
    }

    /// - Complexity: O(1) for the oldest, which is the usual one.
    private mutating func close(_ ticket: UInt64) {
        guard self.first < self.open.count else { return }
        if self.open[self.first] == ticket {
            self.first += 1
        } else if let place = self.open[self.first...].firstIndex(of: ticket) {
            self.open.remove(at: place)
        }
    }
}
